import type { EventFacts } from '../../cluster/events.ts';
import type { Log } from '../../log.ts';

/** Writes each Event once; one that failed is tried again at the next call. */
export class EventRecorder {
  readonly #record: (event: EventFacts) => Promise<void>;
  readonly #log: Log;
  readonly #recorded = new Set<string>();
  #fault: string | undefined;
  #recording = Promise.resolve();

  constructor(record: (event: EventFacts) => Promise<void>, log: Log) {
    this.#record = record;
    this.#log = log;
  }

  /** One after the other, so that nothing is written twice. Never rejects. */
  recordAll(events: readonly EventFacts[]): Promise<void> {
    this.#recording = this.#recording.then(async () => {
      for (const event of events) await this.#recordOnce(event);
    });
    return this.#recording;
  }

  async #recordOnce(event: EventFacts): Promise<void> {
    const { about, reason, key, message } = event;
    const identity = [about.uid, reason, key].join(' ');
    if (this.#recorded.has(identity)) return;
    const line = { event: { reason, object: `${about.namespace}/${about.name}`, message } };
    try {
      await this.#record(event);
      this.#recorded.add(identity);
      this.#fault = undefined;
      this.#log.info(line, 'event recorded');
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      if (fault !== this.#fault) this.#log.warn({ ...line, fault }, 'event not recorded');
      this.#fault = fault;
    }
  }
}
