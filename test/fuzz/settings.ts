import { randomInt } from 'node:crypto';

/** How far the fuzzing goes. CI tries what issue and README promise; a plain run of the tests a tenth of it. */
const { CI, FUZZ_REVIEWS, FUZZ_CATALOGS, FUZZ_PAIRS, FUZZ_SEED = '20261122', FUZZ_CASE } = process.env;

/** What CI tries, over all kinds of them; elsewhere it is a tenth. */
export const PROMISED = { reviews: 100_000, catalogs: 20_000, pairs: 50_000 } as const;

/** AdmissionReviews, over all kinds of them. */
export const reviews = count('FUZZ_REVIEWS', FUZZ_REVIEWS ?? String(PROMISED.reviews / (CI ? 1 : 10)));

/** Catalogs, over all kinds of them. */
export const catalogs = count('FUZZ_CATALOGS', FUZZ_CATALOGS ?? String(PROMISED.catalogs / (CI ? 1 : 10)));

/** Pairs of good catalogs, an old one and an edited one. */
export const pairs = count('FUZZ_PAIRS', FUZZ_PAIRS ?? String(PROMISED.pairs / (CI ? 1 : 10)));

/** The same cases each time, or a change that is right could fail by somebody else's luck; `random` for a hunt. */
export const seed = FUZZ_SEED === 'random' ? randomInt(2 ** 32) : count('FUZZ_SEED', FUZZ_SEED);

/** This case alone, as a failure names it. */
export const onlyCase = FUZZ_CASE === undefined ? undefined : count('FUZZ_CASE', FUZZ_CASE);

function count(name: string, text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new Error(`${name} should be a number from 0 up, and is ${JSON.stringify(text)}`);
}
