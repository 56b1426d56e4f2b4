import { describe, expect, test } from 'vitest';
import { loadCatalog } from '../../../src/catalog/load.ts';
import { buildLookup } from '../../../src/catalog/lookup.ts';
import { catalogFuzz } from '../catalogs.ts';
import { asJson, type Fuzz, run, tryRegressions } from '../fuzz.ts';

/** Every fourth case has another outcome. */
const plain: Fuzz<number> = {
  name: 'server',
  ...asJson(),
  generate: (random) => random.below(4),
  check: (input) => (input === 0 ? 'unknown' : 'known'),
  show: String,
};

describe('a fuzzing run', () => {
  test('fails when an outcome is too rare', () =>
    expect(run(plain, { cases: 400, least: { unknown: 0.5 } })).rejects.toThrow('generator has gone blind'));

  test('fails when an outcome is too frequent', () =>
    expect(run(plain, { cases: 400, least: {}, most: { unknown: 0.1 } })).rejects.toThrow(
      'second opinion has gone blind',
    ));

  test('passes when the outcomes are within their bounds', () =>
    run(plain, { cases: 400, least: { unknown: 0.1, known: 0.5 }, most: { unknown: 0.5, rejected: 0 } }));

  test('fails when a stored case fails again', () => {
    const load: typeof loadCatalog = (...about) => ({ ...loadCatalog(...about), problems: [] });
    return expect(tryRegressions(catalogFuzz({ load, lookup: buildLookup }))).rejects.toThrow(
      /regressions\/catalogs-\d+-\d+\.txt fails again/,
    );
  });
});
