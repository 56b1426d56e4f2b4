import type { EventFacts } from '../../cluster/events.ts';
import type { Log } from '../../log.ts';

/** Writes each Event once in its life, trying again whenever it is told to as long as that fails. */
export class EventTeller {
  readonly #record: (event: EventFacts) => Promise<void>;
  readonly #log: Log;
  readonly #told = new Set<string>();
  #fault: string | undefined;
  #telling = Promise.resolve();

  constructor(record: (event: EventFacts) => Promise<void>, log: Log) {
    this.#record = record;
    this.#log = log;
  }

  /** One after the other, so that nothing is written twice. Never rejects. */
  tell(events: readonly EventFacts[]): Promise<void> {
    this.#telling = this.#telling.then(async () => {
      for (const event of events) await this.#tellOne(event);
    });
    return this.#telling;
  }

  async #tellOne(event: EventFacts): Promise<void> {
    const { about, reason, key, message } = event;
    const identity = [about.uid, reason, key].join(' ');
    if (this.#told.has(identity)) return;
    const line = { event: { reason, object: `${about.namespace}/${about.name}`, message } };
    try {
      await this.#record(event);
      this.#told.add(identity);
      this.#fault = undefined;
      this.#log.info(line, 'event is written');
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      if (fault !== this.#fault) this.#log.warn({ ...line, fault }, 'event could not be written');
      this.#fault = fault;
    }
  }
}
