import type { Log } from '../../log.ts';

interface LoggedEvent {
  readonly reason: string;
  /** Namespace and name of the object, such as tf-public/image-config. */
  readonly object: string;
  readonly message: string;
}

/** Logs each written Event, and a fault once until a write succeeds or the fault changes. */
export class EventLog {
  readonly #log: Log;
  #lastFault: string | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** `wrote` is false for a fresh Event, which is not written again. */
  recorded(event: LoggedEvent, wrote: boolean): void {
    this.#lastFault = undefined;
    if (wrote) this.#log.info({ event }, 'event recorded');
  }

  failed(event: LoggedEvent, error: unknown): void {
    const fault = error instanceof Error ? error.message : String(error);
    if (fault !== this.#lastFault) this.#log.warn({ event, fault }, 'event not recorded');
    this.#lastFault = fault;
  }
}
