import { BackOff } from './back-off.ts';
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
import { pause } from './pause.ts';

export interface ElectionOptions {
  readonly store: Pick<LeaseStore, 'read' | 'create' | 'hold' | 'release'>;
  /** Called when it changes, and by itself when a term ends. Before each write ask `leading`: it knows earlier. */
  readonly onLeading: (leading: boolean) => void;
  /** Called for each answer or event of the API server. */
  readonly onHeartbeat: () => void;
  /** Called for each failure, with the milliseconds until the next attempt. */
  readonly onTrouble: (error: unknown, milliseconds: number) => void;
  readonly times?: ElectionTimes;
  readonly clock?: Clock;
}

export interface Clock {
  /** Milliseconds of a clock that is never set, and goes on while the process is stopped. */
  readonly now: () => number;
  /** Waits so long, or until the signal. Never rejects. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

const steadyClock: Clock = { now: () => performance.now(), sleep: pause };

/** One candidate for a Lease, for ever: only the signal ends it, and `run` never rejects. */
export class Election {
  readonly #options: ElectionOptions;
  readonly #times: ElectionTimes;
  readonly #clock: Clock;
  readonly #backOff: BackOff;
  #observed: ObservedLease = noLease;
  #term = new AbortController();
  #told = false;
  #ended = false;

  constructor(options: ElectionOptions) {
    this.#options = options;
    this.#times = options.times ?? electionTimes;
    this.#clock = options.clock ?? steadyClock;
    // An API server that is back is asked within ten seconds.
    this.#backOff = new BackOff({ from: this.#times.retry, to: this.#times.deadline });
  }

  /**
   * Judged now: a process that was stopped for a minute is told so by its first question. What it decides by this may still
   * be held up on its way; it has `duration - deadline` until anybody else leads.
   */
  get leading(): boolean {
    return !this.#ended && this.#clock.now() < termEnd(this.#observed, this.#times);
  }

  async run(signal: AbortSignal): Promise<void> {
    const end = (): void => {
      this.#ended = true;
      this.#term.abort();
      this.#tell();
    };
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    while (!this.#ended) {
      const wait = await this.#attempt(signal);
      this.#tell();
      await this.#clock.sleep(wait, signal);
    }
    await this.#release();
  }

  /** Comes to the milliseconds until the next one. */
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
      // Who leads has a term to lose.
      const sooner = this.leading ? Math.min(wait, this.#times.retry) : wait;
      onTrouble(error, sooner);
      return sooner;
    }
  }

  async #step(signal: AbortSignal): Promise<number> {
    const { store } = this.#options;
    const { retry } = this.#times;
    // What we hold needs no look: writing it fails when somebody else has written.
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
        const asked = this.#clock.now();
        const lease = await store.hold(step.lease);
        this.#observed = lease ? { kind: 'held', lease, asked } : noLease;
        if (this.leading) this.#tellTheEnd();
        return retry;
      }
    }
  }

  /** Of the term that began last: it may come while a call gets no answer. */
  #tellTheEnd(): void {
    this.#term.abort();
    this.#term = new AbortController();
    const left = termEnd(this.#observed, this.#times) - this.#clock.now();
    void this.#clock.sleep(left, this.#term.signal).then(() => this.#tell());
  }

  #tell(): void {
    const { leading } = this;
    if (leading === this.#told) return;
    this.#told = leading;
    this.#options.onLeading(leading);
  }

  async #release(): Promise<void> {
    const { store, onHeartbeat, onTrouble } = this.#options;
    // Where nobody has answered for a whole term, nobody would now, and others need not wait for it any longer.
    if (this.#observed.kind !== 'held' || this.#clock.now() >= termEnd(this.#observed, this.#times)) return;
    try {
      await store.release(this.#observed.lease);
      onHeartbeat();
    } catch (error) {
      // It ends by itself.
      onTrouble(error, 0);
    }
  }
}
