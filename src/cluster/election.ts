import { BackOff, pause } from './back-off.ts';
import type { LeaseStore } from './lease.ts';
import {
  type ElectionTimes,
  electionTimes,
  nextElectionStep,
  noLease,
  type ObservedLease,
  observe,
  termEnd,
} from './observed-lease.ts';

export interface ElectionOptions {
  readonly store: Pick<LeaseStore, 'read' | 'create' | 'hold' | 'release'>;
  /** Called after each change of `leading`, also when a term ends. Check `leading` before each write: it may have changed already. */
  readonly onLeading: (leading: boolean) => void;
  /** Called for each response of the API server. */
  readonly onHeartbeat: () => void;
  /** Called for each failure, with the milliseconds until the next attempt. */
  readonly onTrouble: (error: unknown, milliseconds: number) => void;
  readonly times?: ElectionTimes;
  readonly clock?: Clock;
}

export interface Clock {
  /** Milliseconds of a monotonic clock that continues while the process is stopped. */
  readonly now: () => number;
  /** Resolves after this time, or when the signal aborts. Never rejects. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

const monotonicClock: Clock = { now: () => performance.now(), sleep: pause };

/** A candidate for a Lease. `run` takes part in the election until the signal aborts, and never rejects. */
export class Election {
  readonly #options: ElectionOptions;
  readonly #times: ElectionTimes;
  readonly #clock: Clock;
  readonly #backOff: BackOff;
  #observed: ObservedLease = noLease;
  #term = new AbortController();
  #reported = false;
  #ended = false;

  constructor(options: ElectionOptions) {
    this.#options = options;
    this.#times = options.times ?? electionTimes;
    this.#clock = options.clock ?? monotonicClock;
    // A recovered API server is called within ten seconds.
    this.#backOff = new BackOff({ from: this.#times.retry, to: this.#times.deadline });
  }

  /**
   * Computed at each call, so it is right at once in a process that was stopped for a minute. A write that follows has
   * `duration - deadline` to arrive before another candidate can lead.
   */
  get leading(): boolean {
    return !this.#ended && this.#clock.now() < termEnd(this.#observed, this.#times);
  }

  async run(signal: AbortSignal): Promise<void> {
    const end = (): void => {
      this.#ended = true;
      this.#term.abort();
      this.#report();
    };
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    while (!this.#ended) {
      const wait = await this.#attempt(signal);
      this.#report();
      await this.#clock.sleep(wait, signal);
    }
    await this.#release();
  }

  /** Resolves to the milliseconds until the next attempt. */
  async #attempt(signal: AbortSignal): Promise<number> {
    const { onHeartbeat, onTrouble } = this.#options;
    try {
      const wait = await this.#step(signal);
      this.#backOff.succeeded();
      onHeartbeat();
      return wait;
    } catch (error) {
      if (this.#ended) return 0;
      const wait = this.#backOff.failed();
      // The leader retries soon, to keep its term.
      const limited = this.leading ? Math.min(wait, this.#times.retry) : wait;
      onTrouble(error, limited);
      return limited;
    }
  }

  async #step(signal: AbortSignal): Promise<number> {
    const { store } = this.#options;
    const { retry } = this.#times;
    // A held Lease needs no read: the write fails if another candidate has written.
    if (this.#observed.kind !== 'held')
      this.#observed = observe(this.#observed, await store.read(signal), this.#clock.now());
    const step = nextElectionStep(this.#observed, this.#clock.now(), this.#times);
    switch (step.kind) {
      case 'wait':
        return Math.min(retry, step.left);
      case 'create':
        this.#observed = observe(this.#observed, await store.create(), this.#clock.now());
        return retry;
      case 'hold': {
        const sentAt = this.#clock.now();
        const lease = await store.hold(step.lease);
        this.#observed = lease ? { kind: 'held', lease, sentAt } : noLease;
        if (this.leading) this.#reportAtTermEnd();
        return retry;
      }
    }
  }

  /** The term may end while a call has no response. */
  #reportAtTermEnd(): void {
    this.#term.abort();
    this.#term = new AbortController();
    const left = termEnd(this.#observed, this.#times) - this.#clock.now();
    void this.#clock.sleep(left, this.#term.signal).then(() => this.#report());
  }

  #report(): void {
    const { leading } = this;
    if (leading === this.#reported) return;
    this.#reported = leading;
    this.#options.onLeading(leading);
  }

  async #release(): Promise<void> {
    const { store, onHeartbeat, onTrouble } = this.#options;
    // After a whole term without a response the API server is unreachable, and other candidates need not wait any longer.
    if (this.#observed.kind !== 'held' || this.#clock.now() >= termEnd(this.#observed, this.#times)) return;
    try {
      await store.release(this.#observed.lease);
      onHeartbeat();
    } catch (error) {
      // The Lease expires by itself.
      onTrouble(error, 0);
    }
  }
}
