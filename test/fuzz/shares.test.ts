import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PROMISED } from './settings.ts';
import { casesOf, fuzzNames, isOf } from './shares.ts';

const here = new URL('./', import.meta.url);

test.each(['reviews', 'catalogs', 'pairs'] as const)('CI tries the promised number of %s', (kind) => {
  const tried = fuzzNames.filter((name) => isOf(name) === kind).map((name) => casesOf(name, PROMISED));
  expect(tried.reduce((sum, cases) => sum + cases, 0)).toBeGreaterThanOrEqual(PROMISED[kind]);
});

test('the README of test/fuzz says how many reviews, catalogs and pairs CI tries', () => {
  const [reviews, catalogs, pairs] = [PROMISED.reviews, PROMISED.catalogs, PROMISED.pairs].map((count) =>
    count.toLocaleString('en'),
  );
  expect(readFileSync(new URL('README.md', here), 'utf8')).toContain(
    `CI=true npx vitest run test/fuzz             # ${reviews} reviews, ${catalogs} catalogs and ${pairs} pairs`,
  );
});

test('each share of the cases belongs to a test file, and each test file has one', () => {
  const running = readdirSync(here)
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => /\brun\(/.test(readFileSync(new URL(file, here), 'utf8')))
    .map((file) => file.replace('.test.ts', ''));
  expect(running.sort()).toEqual([...fuzzNames].sort());
});
