import { type WatchTimes, watchTimes } from './watch.ts';

/** Milliseconds. */
export interface ObjectTimes extends WatchTimes {
  /** Between two looks at the object itself. */
  readonly look: number;
  /** How long such a look may take. */
  readonly lookAnswer: number;
  /** How much later than a look the watch may tell the same. */
  readonly grace: number;
  /** How long refusals have to go on before they count: an API server that starts refuses all, until it knows its rules. */
  readonly refusal: number;
}

/**
 * A watch can die without a word. What it did not tell is found within 30 s: 20 at most until the next look, 5 where
 * that one meets a dead connection, half a second until one on a new connection, 2 of grace, and the new list.
 */
export const objectTimes: ObjectTimes = {
  ...watchTimes,
  look: 20_000,
  lookAnswer: 5_000,
  grace: 2_000,
  refusal: 3_000,
};
