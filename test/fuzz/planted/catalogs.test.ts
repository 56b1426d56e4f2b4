import { describe, test } from 'vitest';
import { loadCatalog } from '../../../src/catalog/load.ts';
import { buildLookup, type Lookup } from '../../../src/catalog/lookup.ts';
import { type Problem, type ProblemCode, problemCodes } from '../../../src/catalog/problem.ts';
import { catalogFuzz } from '../catalogs.ts';
import { expectNoticed } from './planting.ts';

const withProblems = (change: (problems: readonly Problem[]) => readonly Problem[]) =>
  catalogFuzz({
    lookup: buildLookup,
    load(...about) {
      const loaded = loadCatalog(...about);
      return { ...loaded, problems: change(loaded.problems) };
    },
  });

const lookingUp = (
  resolve: (image: string, asker: string | undefined, lookup: Lookup) => ReturnType<Lookup['resolve']>,
) =>
  catalogFuzz({
    load: loadCatalog,
    lookup(...from) {
      const lookup = buildLookup(...from);
      return { ...lookup, resolve: (image, asker) => resolve(image, asker, lookup) };
    },
  });

/** Codes that a document of plain values cannot have, and codes of edits. */
const ELSEWHERE: readonly ProblemCode[] = [
  'missing-data-key',
  'config-map-deleted',
  'yaml-syntax',
  'multiple-documents',
  'name-removed',
  'alias-removed',
  'alias-moved',
  'url-changed',
  'removed-without-deprecation',
  'reader-loses-name',
  'reader-loses-all',
  'web-type-changed',
  'nothing-for-jobs',
  'immutable-config-map',
  'image-absent',
  'image-unchecked',
];

describe('fuzzing of catalogs notices', () => {
  test.each(problemCodes.filter((code) => !ELSEWHERE.includes(code)))('that %s is not reported', (code) =>
    // The rarest fault is in one of a thousand cases.
    expectNoticed(
      withProblems((problems) => problems.filter((problem) => problem.code !== code)),
      5_000,
    ),
  );

  test('that a problem is reported twice', () =>
    expectNoticed(withProblems((problems) => [...problems, ...problems.slice(0, 1)])));

  test('that a problem has the field of another', () =>
    expectNoticed(withProblems((problems) => problems.map((problem) => ({ ...problem, field: 'node18' })))));

  test('that an error is a warning', () =>
    expectNoticed(
      withProblems((problems) => problems.map((problem) => ({ ...problem, severity: 'warning' }) as Problem)),
    ));

  test('that a name resolves to the wrong image', () =>
    expectNoticed(lookingUp((image, _, lookup) => lookup.resolve(image, undefined))));

  test('that a URL resolves to no name', () =>
    expectNoticed(
      lookingUp((image, asker, lookup) =>
        image.includes('/') ? { kind: 'foreign' } : lookup.resolve(image, asker),
      ),
    ));
});
