import { setMaxListeners } from 'node:events';
import { ApiError } from '../../src/cluster/api-error.ts';
import type { Call, Connection } from '../../src/cluster/connection.ts';
import { type Clock, Election } from '../../src/cluster/election.ts';
import { LeaseStore } from '../../src/cluster/lease.ts';
import { electionTimes } from '../../src/cluster/observed-lease.ts';

/** What becomes of one call. Milliseconds. */
export interface Fate {
  /** From the candidate to the API server, which then does what it is asked, however late that is. */
  readonly there: number;
  /** From the API server to the candidate. */
  readonly back: number;
  /** The request never arrives, or the answer does not. */
  readonly lost?: 'request' | 'answer';
}

export const PROMPT: Fate = { there: 2, back: 2 };

interface WireLease {
  readonly metadata: { readonly resourceVersion: string };
  readonly spec?: { readonly holderIdentity?: string };
}

interface Due {
  readonly at: number;
  readonly run: () => void;
}

/** One API server with one Lease, candidates with a clock each, and a network: all of it without any time passing. */
export class ElectionWorld {
  /** Milliseconds, true. */
  now = 0;
  lease: WireLease | undefined;
  /** The API server refuses all. */
  refusing = false;
  fate: (call: Call) => Fate = () => PROMPT;
  /** Called whenever anything has happened. */
  afterEach = (): void => {};
  readonly candidates: Candidate[] = [];
  #versions = 0;
  #due: Due[] = [];

  addCandidate(identity: string, rate = 1): Candidate {
    const candidate = new Candidate(this, identity, rate);
    this.candidates.push(candidate);
    return candidate;
  }

  /** A crash, after which a new process takes the place. */
  replace(place: number): void {
    const candidate = this.candidates[place];
    if (!candidate) return;
    candidate.crash();
    this.candidates[place] = new Candidate(this, candidate.identity, candidate.rate);
  }

  get leaders(): string[] {
    return this.candidates.filter(({ leading }) => leading).map(({ identity }) => identity);
  }

  after(milliseconds: number, run: () => void): void {
    this.#due.push({ at: this.now + milliseconds, run });
  }

  /** Milliseconds that it took, which are `most` when it did not happen. */
  async until(condition: () => boolean, most: number): Promise<number> {
    const began = this.now;
    const end = began + most;
    await settled();
    while (!condition()) {
      const next = this.#takeNext(end);
      this.now = next?.at ?? end;
      if (!next) break;
      next.run();
      await settled();
      this.afterEach();
    }
    return this.now - began;
  }

  pass(milliseconds: number): Promise<number> {
    return this.until(() => false, milliseconds);
  }

  /** The Lease as somebody else writes it, such as with an annotation. */
  touch(): void {
    if (this.lease) this.#store(this.lease);
  }

  /** Does at once what is asked, by the rules of optimistic concurrency. */
  serve({ method = 'GET', body }: Call): unknown {
    if (this.refusing) throw new ApiError(500, 'refused with 500');
    const written = body as WireLease;
    if (method === 'GET' && !this.lease) throw new ApiError(404, 'not found');
    if (method === 'POST' && this.lease) throw new ApiError(409, 'already there');
    if (method === 'PUT' && !this.lease) throw new ApiError(404, 'not found');
    if (method === 'PUT' && written.metadata.resourceVersion !== this.lease?.metadata.resourceVersion)
      throw new ApiError(409, 'changed meanwhile');
    return method === 'GET' ? this.lease : this.#store(written);
  }

  #store(lease: WireLease): WireLease {
    this.#versions += 1;
    this.lease = { ...lease, metadata: { ...lease.metadata, resourceVersion: String(this.#versions) } };
    return this.lease;
  }

  #takeNext(end: number): Due | undefined {
    const next = this.#due.reduce<Due | undefined>(
      (first, due) => (due.at <= end && (!first || due.at < first.at) ? due : first),
      undefined,
    );
    if (next) this.#due.splice(this.#due.indexOf(next), 1);
    return next;
  }
}

/** A process with an Election. */
export class Candidate {
  readonly identity: string;
  /** How fast its clock runs. */
  readonly rate: number;
  /** What it was told, in order. */
  readonly told: boolean[] = [];
  readonly troubles: string[] = [];
  /** Milliseconds after each trouble. */
  readonly pauses: number[] = [];
  readonly #world: ElectionWorld;
  readonly #election: Election;
  readonly #stop = new AbortController();
  #state: 'running' | 'stopped' | 'crashed' = 'running';
  /** What happens as soon as it is resumed. */
  #waiting: (() => void)[] = [];

  constructor(world: ElectionWorld, identity: string, rate: number) {
    this.#world = world;
    this.identity = identity;
    this.rate = rate;
    const store = new LeaseStore({
      connection: this.#connection(),
      namespace: 'ours',
      name: 'lease',
      identity,
      duration: electionTimes.duration,
      timeout: electionTimes.answer,
      now: () => new Date(0),
    });
    this.#election = new Election({
      store,
      onLeading: (leading) => this.told.push(leading),
      onHeartbeat: () => {},
      onTrouble: (error, milliseconds) => {
        this.troubles.push((error as Error).message);
        this.pauses.push(milliseconds);
      },
      clock: this.#clock(),
    });
    // Calls and sleeps that are over go on listening.
    setMaxListeners(0, this.#stop.signal);
    void this.#election.run(this.#stop.signal);
  }

  /** What it would say just now; of a process that is stopped: at the first question. */
  get leading(): boolean {
    return this.#state !== 'crashed' && this.#election.leading;
  }

  /** Which one that is stopped is not. */
  get isGone(): boolean {
    return this.#state === 'crashed' || this.#stop.signal.aborted;
  }

  /** As SIGSTOP does. */
  stop(): void {
    if (this.#state === 'running') this.#state = 'stopped';
  }

  /** As SIGCONT does. */
  resume(): void {
    if (this.#state !== 'stopped') return;
    this.#state = 'running';
    for (const happen of this.#waiting.splice(0)) happen();
  }

  /** As SIGTERM does. */
  shutDown(): void {
    this.#happen(() => this.#stop.abort(new Error('shut down')));
  }

  crash(): void {
    this.#state = 'crashed';
  }

  #happen(what: () => void): void {
    if (this.#state === 'running') what();
    else this.#waiting.push(what);
  }

  /** By its own clock. */
  #after(milliseconds: number, run: () => void): void {
    this.#world.after(milliseconds / this.rate, () => this.#happen(run));
  }

  #clock(): Clock {
    const offset = this.identity.length * 1_000;
    return {
      now: () => offset + this.#world.now * this.rate,
      sleep: (milliseconds, signal) =>
        new Promise((resolve) => {
          if (signal.aborted) resolve();
          signal.addEventListener('abort', () => resolve(), { once: true });
          this.#after(milliseconds, resolve);
        }),
    };
  }

  #connection(): Connection {
    return {
      server: 'https://simulated',
      call: (call, timeout = 0) =>
        new Promise((resolve, reject) => {
          const { there, back, lost } = this.#world.fate(call);
          call.signal.addEventListener('abort', () => reject(call.signal.reason), { once: true });
          this.#after(timeout, () => reject(new Error('no answer')));
          if (lost !== 'request')
            this.#world.after(there, () => {
              const answer = attempt(() => this.#world.serve(call));
              if (lost !== 'answer')
                this.#world.after(back, () => this.#happen(() => void answer.then(resolve, reject)));
            });
        }),
      open: () => Promise.reject(new Error('nobody watches here')),
      close: () => {},
    };
  }
}

/** A refusal waits for who asked without being nobody's. */
function attempt(serve: () => unknown): Promise<unknown> {
  const answer = new Promise((resolve) => resolve(serve()));
  answer.catch(() => {});
  return answer;
}

/** Whoever can go on without any time passing has done so. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
