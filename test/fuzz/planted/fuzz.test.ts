import { describe, expect, test } from 'vitest';
import { loadCatalog } from '../../../src/catalog/load.ts';
import { buildLookup } from '../../../src/catalog/lookup.ts';
import { catalogFuzz } from '../catalogs.ts';
import { asJson, type Fuzz, run, tryRegressions } from '../fuzz.ts';

/** Each fourth case is of another kind. */
const plain: Fuzz<number> = {
  name: 'server',
  ...asJson(),
  generate: (random) => random.below(4),
  check: (input) => (input === 0 ? 'unknown' : 'known'),
  show: String,
};

describe('of a run it is noticed', () => {
  test('that something comes up too seldom', () =>
    expect(run(plain, { cases: 400, least: { unknown: 0.5 } })).rejects.toThrow('generator has gone blind'));

  test('that something comes up too often', () =>
    expect(run(plain, { cases: 400, least: {}, most: { unknown: 0.1 } })).rejects.toThrow(
      'second opinion has gone blind',
    ));

  test('and that all is well', () =>
    run(plain, { cases: 400, least: { unknown: 0.1, known: 0.5 }, most: { unknown: 0.5, rejected: 0 } }));

  test('that a case fails which has failed before', () => {
    const load: typeof loadCatalog = (...about) => ({ ...loadCatalog(...about), problems: [] });
    return expect(tryRegressions(catalogFuzz({ load, lookup: buildLookup }))).rejects.toThrow(
      /regressions\/catalogs-\d+-\d+\.txt fails again/,
    );
  });
});
