import { randomInt } from 'node:crypto';

/** The numbers of cases. CI runs those that the README promises, an ordinary test run a tenth. */
const { CI, FUZZ_REVIEWS, FUZZ_CATALOGS, FUZZ_PAIRS, FUZZ_SEED = '20261122', FUZZ_CASE } = process.env;

/** The numbers of CI, over all test files; elsewhere a tenth. */
export const PROMISED = { reviews: 100_000, catalogs: 20_000, pairs: 50_000 } as const;

/** AdmissionReviews over all test files. */
export const reviews = count('FUZZ_REVIEWS', FUZZ_REVIEWS ?? String(PROMISED.reviews / (CI ? 1 : 10)));

/** Catalogs over all test files. */
export const catalogs = count('FUZZ_CATALOGS', FUZZ_CATALOGS ?? String(PROMISED.catalogs / (CI ? 1 : 10)));

/** Pairs of valid catalogs. */
export const pairs = count('FUZZ_PAIRS', FUZZ_PAIRS ?? String(PROMISED.pairs / (CI ? 1 : 10)));

/** Fixed, so that a correct change cannot fail by chance; `random` draws new cases. */
export const seed = FUZZ_SEED === 'random' ? randomInt(2 ** 32) : count('FUZZ_SEED', FUZZ_SEED);

/** The number of a single case, as a failure prints it. */
export const onlyCase = FUZZ_CASE === undefined ? undefined : count('FUZZ_CASE', FUZZ_CASE);

function count(name: string, text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new Error(`${name} should be a number from 0 up, and is ${JSON.stringify(text)}`);
}
