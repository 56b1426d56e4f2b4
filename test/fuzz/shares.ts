import { catalogs, pairs, reviews } from './settings.ts';

/** The share of each test file in all cases, from 0 to 1. `pods` is pods.test.ts. */
const SHARES = {
  pods: { of: 'reviews', share: 0.4 },
  bytes: { of: 'reviews', share: 0.4 },
  workloads: { of: 'reviews', share: 0.1 },
  'config-maps': { of: 'reviews', share: 0.08 },
  server: { of: 'reviews', share: 0.02 },
  catalogs: { of: 'catalogs', share: 0.5 },
  edits: { of: 'catalogs', share: 0.25 },
  'catalog-bytes': { of: 'catalogs', share: 0.25 },
  readers: { of: 'pairs', share: 1 },
} as const satisfies Record<string, { readonly of: keyof Amounts; readonly share: number }>;

export type FuzzName = keyof typeof SHARES;

export const fuzzNames = Object.keys(SHARES) as FuzzName[];

interface Amounts {
  readonly reviews: number;
  readonly catalogs: number;
  readonly pairs: number;
}

export const isOf = (name: FuzzName): keyof Amounts => SHARES[name].of;

/** The number of cases of a test file. */
export const casesOf = (name: FuzzName, all: Amounts = { reviews, catalogs, pairs }): number =>
  Math.ceil(all[isOf(name)] * SHARES[name].share);
