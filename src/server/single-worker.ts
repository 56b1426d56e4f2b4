import { type ResourceLimits, Worker } from 'node:worker_threads';

export interface SingleWorkerOptions {
  /** A module that answers each message with one `Reply`. */
  readonly file: URL;
  readonly name: string;
  readonly resourceLimits: ResourceLimits;
  /** Milliseconds without a call after which the thread ends: at rest it would hold its memory for nothing. */
  readonly idle: number;
  /** Milliseconds that a call may go on after its deadline: one that is only late leaves a warm thread to the next. */
  readonly grace: number;
  /** So many calls may wait in line: one more would not be answered in time, and is told so at once. */
  readonly line: number;
}

export interface CallOptions {
  /** Milliseconds from now. */
  readonly within: number;
  readonly transfer?: readonly ArrayBuffer[];
  /** Goes before all that wait, however many they are. */
  readonly ahead?: boolean;
}

/** What the thread sends for each message that it was sent. */
export type Reply = { readonly result: unknown } | { readonly error: string };

interface Call {
  readonly message: unknown;
  readonly transfer: readonly ArrayBuffer[];
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  deadline: NodeJS.Timeout;
}

/**
 * One thread, started when it is needed, that takes one call at a time, in their order unless one goes ahead. A call that
 * breaks the thread, or goes on long after its deadline, fails alone: those in line get a new thread.
 */
export class SingleWorker {
  readonly #options: SingleWorkerOptions;
  #worker: Worker | undefined;
  #current: Call | undefined;
  #line: Call[] = [];
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: SingleWorkerOptions) {
    this.#options = options;
  }

  /** Starts the thread for a call that is sure to come. */
  warmUp(): void {
    this.#worker ??= this.#start();
    this.#worker.unref();
  }

  /** A message that is a function is made when its turn comes. Rejects when the line is full, or the thread reports an error, breaks, or does not answer in time. */
  call(message: unknown, { within, transfer = [], ahead = false }: CallOptions): Promise<unknown> {
    if (this.#closed) return Promise.reject(new Error(CLOSED));
    if (!ahead && this.#line.length >= this.#options.line)
      return Promise.reject(new Error(`the ${this.#options.name} thread has too much to do; try again`));
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => this.#expire(call), within);
      const call: Call = { message, transfer, resolve, reject, deadline };
      if (ahead) this.#line.unshift(call);
      else this.#line.push(call);
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    const calls = this.#current ? [this.#current, ...this.#line] : this.#line;
    this.#current = undefined;
    this.#line = [];
    for (const call of calls) fail(call, new Error(CLOSED));
    await this.#end();
  }

  #next(): void {
    if (this.#current) return;
    const call = this.#line.shift();
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
    const worker = new Worker(file, { name, resourceLimits });
    worker.on('message', (reply: Reply) => {
      if (worker === this.#worker) this.#settle(reply);
    });
    // `error` is followed by `exit`; out of memory comes as an error, process.exit as an exit alone.
    worker.on('error', (error) =>
      this.#broke(worker, new Error(`the ${name} thread broke`, { cause: error })),
    );
    worker.on('exit', (code) => this.#broke(worker, new Error(`the ${name} thread ended with code ${code}`)));
    return worker;
  }

  #settle(reply: Reply): void {
    const call = this.#current;
    this.#current = undefined;
    if (call && 'result' in reply) {
      clearTimeout(call.deadline);
      call.resolve(reply.result);
    } else if (call && 'error' in reply) fail(call, new Error(reply.error));
    this.#next();
  }

  #broke(worker: Worker, error: Error): void {
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
      this.#line = this.#line.filter((waiting) => waiting !== call);
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
