import { describe, test } from 'vitest';
import { compareCatalogs, unknownUsage } from '../../../src/catalog/changes.ts';
import type { Problem, ProblemCode } from '../../../src/catalog/problem.ts';
import { type Compare, editFuzz } from '../edits.ts';
import { expectNoticed } from './planting.ts';

const comparing = (change: (problems: readonly Problem[]) => readonly Problem[]) =>
  editFuzz((...about) => change([...compareCatalogs(...about)]));

const CODES: readonly ProblemCode[] = [
  'name-removed',
  'alias-removed',
  'alias-moved',
  'url-changed',
  'removed-without-deprecation',
];

describe('of edits it is noticed', () => {
  test.each(CODES)('that nobody is told of %s', (code) =>
    expectNoticed(comparing((problems) => problems.filter((problem) => problem.code !== code))),
  );

  test.each<[string, Compare]>([
    [
      'what is acknowledged counts for nothing',
      (before, after, context) => compareCatalogs(before, after, { ...context, acknowledged: new Set() }),
    ],
    [
      'what is in use counts for nothing',
      (before, after, context) => compareCatalogs(before, after, { ...context, usage: unknownUsage }),
    ],
    [
      'only a complete look counts',
      (before, after, context) =>
        compareCatalogs(before, after, context.usage.known ? context : { ...context, usage: unknownUsage }),
    ],
    [
      'the old catalog is taken for the new one',
      (before, after, context) => compareCatalogs(after, before, context),
    ],
    [
      'aliases have no order',
      (before, after, context) => compareCatalogs(before.toReversed(), after.toReversed(), context),
    ],
  ])('that %s', (_, compare) => expectNoticed(editFuzz(compare)));
});
