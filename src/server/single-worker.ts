import { setFlagsFromString } from 'node:v8';
import { type ResourceLimits, Worker } from 'node:worker_threads';

export interface SingleWorkerOptions {
  /** A module that answers each message with one `Reply`. */
  readonly file: URL;
  readonly name: string;
  readonly resourceLimits: ResourceLimits;
  /** Milliseconds without a call after which the thread ends, to free its memory. */
  readonly idle: number;
  /** Milliseconds that a call may go on after its deadline, so that the next call finds a warm thread. */
  readonly grace: number;
  /** How many calls may wait. One more is rejected at once, since it would miss its deadline. */
  readonly maxQueued: number;
}

export interface CallOptions {
  /** Milliseconds from now. */
  readonly within: number;
  readonly transfer?: readonly ArrayBuffer[];
  /** Goes before all calls that wait, and is never rejected for their number. */
  readonly ahead?: boolean;
}

/** The thread's answer to one message. */
export type Reply = { readonly result: unknown } | { readonly error: string };

interface Call {
  readonly message: unknown;
  readonly transfer: readonly ArrayBuffer[];
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  deadline: NodeJS.Timeout;
}

/**
 * One worker thread, started on demand, that takes one call at a time in their order. A call that crashes the thread, or
 * goes on long after its deadline, fails alone: the calls that wait get a new thread.
 */
export class SingleWorker {
  readonly #options: SingleWorkerOptions;
  #worker: Worker | undefined;
  #current: Call | undefined;
  #queue: Call[] = [];
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: SingleWorkerOptions) {
    this.#options = options;
  }

  /** Starts the thread before its first call. */
  warmUp(): void {
    this.#worker ??= this.#start();
    this.#worker.unref();
  }

  /**
   * Sends a message and resolves to the result. A message that is a function is called when the thread is free. Rejects when
   * the queue is full, or when the thread reports an error, crashes, or does not answer in time.
   */
  call(message: unknown, { within, transfer = [], ahead = false }: CallOptions): Promise<unknown> {
    if (this.#closed) return Promise.reject(new Error(CLOSED));
    if (!ahead && this.#queue.length >= this.#options.maxQueued)
      return Promise.reject(new Error(`the ${this.#options.name} thread has too much to do; try again`));
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => this.#expire(call), within);
      const call: Call = { message, transfer, resolve, reject, deadline };
      if (ahead) this.#queue.unshift(call);
      else this.#queue.push(call);
      this.#next();
    });
  }

  /** Rejects all calls, and ends the thread. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    const calls = this.#current ? [this.#current, ...this.#queue] : this.#queue;
    this.#current = undefined;
    this.#queue = [];
    for (const call of calls) fail(call, new Error(CLOSED));
    await this.#end();
  }

  #next(): void {
    if (this.#current) return;
    const call = this.#queue.shift();
    clearTimeout(this.#idle);
    if (!call) {
      this.#worker?.unref();
      this.#idle = setTimeout(() => void this.#end(), this.#options.idle).unref();
      return;
    }
    this.#current = call;
    this.#worker ??= this.#start();
    this.#worker.ref();
    const message: unknown = typeof call.message === 'function' ? call.message() : call.message;
    this.#worker.postMessage(message, call.transfer);
  }

  #start(): Worker {
    const { file, name, resourceLimits } = this.#options;
    // These two flags, if NODE_OPTIONS sets them, override the limits of every thread. 0 restores their default. The heap of
    // the main thread keeps its size, which is fixed by now.
    for (const flag of ['max-old-space-size', 'max-semi-space-size']) setFlagsFromString(`--${flag}=0`);
    const worker = new Worker(file, { name, resourceLimits });
    worker.on('message', (reply: Reply) => {
      if (worker === this.#worker) this.#settle(reply);
    });
    // `exit` follows `error`. Out of memory is an `error`; after process.exit there is an `exit` alone.
    worker.on('error', (error) =>
      this.#onCrash(worker, new Error(`the ${name} thread crashed`, { cause: error })),
    );
    worker.on('exit', (code) =>
      this.#onCrash(worker, new Error(`the ${name} thread ended with code ${code}`)),
    );
    return worker;
  }

  #settle(reply: Reply): void {
    // The thread sends one reply to each call and nothing else.
    const { deadline, resolve, reject } = this.#current as Call;
    this.#current = undefined;
    clearTimeout(deadline);
    if ('result' in reply) resolve(reply.result);
    else reject(new Error(reply.error));
    this.#next();
  }

  #onCrash(worker: Worker, error: Error): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    const call = this.#current;
    this.#current = undefined;
    if (call) fail(call, error);
    this.#next();
  }

  #expire(call: Call): void {
    const { name } = this.#options;
    if (call !== this.#current) {
      this.#queue = this.#queue.filter((waiting) => waiting !== call);
      fail(call, new Error(`the ${name} thread was busy for too long`));
      return;
    }
    call.reject(new Error(`the ${name} thread took too long`));
    call.deadline = setTimeout(() => this.#giveUp(), this.#options.grace);
  }

  #giveUp(): void {
    this.#current = undefined;
    void this.#end();
    this.#next();
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

const CLOSED = 'the server is shutting down';

function fail(call: Call, error: Error): void {
  clearTimeout(call.deadline);
  call.reject(error);
}
