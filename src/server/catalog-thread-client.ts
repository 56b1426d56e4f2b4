import type { Answer } from '../admission/answer.ts';
import type { ValidationContext } from '../admission/validate.ts';
import type { Catalog } from '../catalog/entry.ts';
import { type CallOptions, SingleWorker } from './single-worker.ts';

/** What edits are validated with, and how they are answered. */
interface ThreadContext extends ValidationContext {
  /** That of `Serving`. */
  readonly enforce: boolean;
}

/** A message to the catalog thread. */
export type CatalogTask =
  | { readonly kind: 'load'; readonly text: string; readonly context: ThreadContext }
  | {
      readonly kind: 'answer';
      readonly path: string;
      readonly body: Uint8Array;
      readonly context: ThreadContext;
    };

/** The result of checking a text. It is small for any text, since the main thread deserializes it between two answers. */
export interface LoadReport {
  readonly digest: string;
  /** Present when there is no error. */
  readonly catalog?: Catalog;
  readonly errors: number;
  readonly warnings: number;
  /** The first problems, each as one line. */
  readonly problems: readonly string[];
}

/** The result of each kind of task. */
interface CatalogResults {
  readonly load: LoadReport;
  readonly answer: Answer;
}

/** Checks catalogs, and answers reviews of the ConfigMap, on a worker thread. */
export interface CatalogThread {
  load(text: string): Promise<LoadReport>;
  /** The answer to a review at the path of a webhook about the catalog. */
  readonly answer: (path: string, body: Uint8Array) => Promise<Answer>;
  close(): Promise<void>;
}

export interface CatalogThreadOptions {
  /** The built `catalog-thread.js`. */
  readonly file: URL;
  /** Called for each task, since the context contains today's date. */
  readonly context: () => ThreadContext;
}

// The webhook's timeout is 5 s: our own 500 in time says more than the API server's "deadline exceeded".
const ANSWER_WITHIN = 4_000;
// Only the next catalog waits for a load. The largest catalog allowed takes a fraction of this time.
const LOAD_WITHIN = 20_000;
// An edit causes a review and, a moment after it is stored, a load. Both use the same thread.
const IDLE = 10_000;
// On a machine short of CPU, the next edit would start a cold thread after a termination, and be late again.
const GRACE = 4_000;
// A catalog of the largest size takes up to half a second: a call behind six others would miss its deadline.
const MAX_QUEUED = 6;

/** Starts the thread at once, since the first text follows soon. */
export function startCatalogThread({ file, context }: CatalogThreadOptions): CatalogThread {
  // A review of 8 MiB that parses into the smallest possible objects takes some 200 MiB. More than this limit ends the
  // thread and not the server.
  const resourceLimits = { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };
  const worker = new SingleWorker({
    file,
    name: 'catalog',
    resourceLimits,
    idle: IDLE,
    grace: GRACE,
    maxQueued: MAX_QUEUED,
  });
  worker.warmUp();
  // The context is computed when the worker takes the task, so calls that a full queue rejects cost no context.
  const run = <Kind extends CatalogTask['kind']>(
    task: () => CatalogTask & { kind: Kind },
    options: CallOptions,
  ) => worker.call(task, options) as Promise<CatalogResults[Kind]>;

  return {
    // Goes ahead of edits, since Pods are resolved with this catalog.
    load: (text) =>
      run(() => ({ kind: 'load', text, context: context() }), { within: LOAD_WITHIN, ahead: true }),
    answer(path, body) {
      // A copy, since the body is a view into a buffer that Node reuses.
      const copy = Uint8Array.from(body);
      const transfer = [copy.buffer];
      return run(() => ({ kind: 'answer', path, body: copy, context: context() }), {
        within: ANSWER_WITHIN,
        transfer,
      });
    },
    close: () => worker.close(),
  };
}
