import { setMaxListeners } from 'node:events';
import { ApiError } from '../../src/cluster/api-error.ts';
import type { Call, Connection } from '../../src/cluster/connection.ts';
import { type Clock, Election } from '../../src/cluster/election.ts';
import { LeaseStore } from '../../src/cluster/lease.ts';
import { electionTimes } from '../../src/cluster/observed-lease.ts';

/** The delays or the loss of one call. Milliseconds. */
export interface Fate {
  /** From the candidate to the API server, which then executes the request, however late. */
  readonly there: number;
  /** From the API server to the candidate. */
  readonly back: number;
  /** The request or the response never arrives. */
  readonly lost?: 'request' | 'response';
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

/** A simulation of an API server with one Lease, candidates with a clock each, and a network. No real time passes. */
export class ElectionWorld {
  /** Milliseconds of true time. */
  now = 0;
  lease: WireLease | undefined;
  /** The API server refuses every request. */
  refusing = false;
  fate: (call: Call) => Fate = () => PROMPT;
  /** Called after each simulated event. */
  afterEach = (): void => {};
  readonly candidates: Candidate[] = [];
  #versions = 0;
  #due: Due[] = [];

  addCandidate(identity: string, rate = 1): Candidate {
    const candidate = new Candidate(this, identity, rate);
    this.candidates.push(candidate);
    return candidate;
  }

  /** Crashes a candidate and starts a new process with its name. */
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

  /** Resolves to the milliseconds until the condition holds, or to `most`. */
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

  /** Another client writes the Lease, such as an annotation. */
  touch(): void {
    if (this.lease) this.#store(this.lease);
  }

  /** Executes a request with optimistic concurrency. */
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

/** A simulated process with an Election. */
export class Candidate {
  readonly identity: string;
  /** The speed of its clock; 1 is true time. */
  readonly rate: number;
  /** The calls of `onLeading`, in order. */
  readonly reported: boolean[] = [];
  readonly troubles: string[] = [];
  /** Milliseconds of the pause after each trouble. */
  readonly pauses: number[] = [];
  readonly #world: ElectionWorld;
  readonly #election: Election;
  readonly #stop = new AbortController();
  #state: 'running' | 'stopped' | 'crashed' = 'running';
  /** Callbacks that run when it is resumed. */
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
      timeout: electionTimes.timeout,
      now: () => new Date(0),
    });
    this.#election = new Election({
      store,
      onLeading: (leading) => this.reported.push(leading),
      onHeartbeat: () => {},
      onTrouble: (error, milliseconds) => {
        this.troubles.push((error as Error).message);
        this.pauses.push(milliseconds);
      },
      clock: this.#clock(),
    });
    // Finished calls and sleeps keep their listeners.
    setMaxListeners(0, this.#stop.signal);
    void this.#election.run(this.#stop.signal);
  }

  /** The current answer; for a stopped process, the answer after it is resumed. */
  get leading(): boolean {
    return this.#state !== 'crashed' && this.#election.leading;
  }

  /** Crashed or shut down; a stopped process is not gone. */
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

  /** After this time of its own clock. */
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
          this.#after(timeout, () => reject(new Error('no response')));
          if (lost !== 'request')
            this.#world.after(there, () => {
              const response = attempt(() => this.#world.serve(call));
              if (lost !== 'response')
                this.#world.after(back, () => this.#happen(() => void response.then(resolve, reject)));
            });
        }),
      open: () => Promise.reject(new Error('the simulation has no watches')),
      close: () => {},
    };
  }
}

/** A rejection that nothing awaits yet is not reported as unhandled. */
function attempt(serve: () => unknown): Promise<unknown> {
  const response = new Promise((resolve) => resolve(serve()));
  response.catch(() => {});
  return response;
}

/** Resolves after all pending promise callbacks. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
