import type { Answer } from '../admission/answer.ts';
import type { ValidationContext } from '../admission/validate.ts';
import type { CatalogResults, CatalogTask, LoadReport } from './catalog-tasks.ts';
import { type CallOptions, SingleWorker } from './single-worker.ts';

/** The slow questions about catalogs, answered beside the main thread. */
export interface CatalogThread {
  load(text: string): Promise<LoadReport>;
  /** The answer to a review of the ConfigMap. */
  readonly answer: (body: Uint8Array) => Promise<Answer>;
  close(): Promise<void>;
}

export interface CatalogThreadOptions {
  /** The built `catalog-thread.js`. */
  readonly file: URL;
  /** Asked for each call: the day moves on. */
  readonly context: () => ValidationContext;
}

// The webhook's timeout is 5 s: our own 500 in time says more than the API server's "deadline exceeded".
const ANSWER_WITHIN = 4_000;
// Nobody waits for it but the catalog itself; the largest one allowed takes a fraction of this.
const LOAD_WITHIN = 20_000;
// An edit is a review and a moment later a load: both meet the same thread.
const IDLE = 10_000;
// On a starved machine a thread that is ended would start cold for the next edit, and be late again.
const GRACE = 4_000;
// A catalog of the largest size takes up to half a second: who comes after so many would wait in vain.
const LINE = 6;

/** Starts at once, since the first text is about to come. */
export function startCatalogThread({ file, context }: CatalogThreadOptions): CatalogThread {
  // A review of 8 MiB, parsed into the smallest of objects, takes some 200 MiB; whatever takes more breaks the thread
  // and not the server.
  const resourceLimits = { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };
  const worker = new SingleWorker({
    file,
    name: 'catalog',
    resourceLimits,
    idle: IDLE,
    grace: GRACE,
    line: LINE,
  });
  worker.warmUp();
  // The context is asked for when its turn comes: who floods the line must not have it made each time.
  const ask = <Kind extends CatalogTask['kind']>(
    task: () => CatalogTask & { kind: Kind },
    options: CallOptions,
  ) => worker.call(task, options) as Promise<CatalogResults[Kind]>;

  return {
    // What Pods are resolved by waits for no edit.
    load: (text) =>
      ask(() => ({ kind: 'load', text, context: context() }), { within: LOAD_WITHIN, ahead: true }),
    answer(body) {
      // A copy of its own, since the body is a view into a buffer that Node goes on using.
      const copy = Uint8Array.from(body);
      const transfer = [copy.buffer];
      return ask(() => ({ kind: 'answer', body: copy, context: context() }), {
        within: ANSWER_WITHIN,
        transfer,
      });
    },
    close: () => worker.close(),
  };
}
