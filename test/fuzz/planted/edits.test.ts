import { describe, test } from 'vitest';
import { compareCatalogs } from '../../../src/catalog/changes.ts';
import type { Problem, ProblemCode } from '../../../src/catalog/problem.ts';
import { unknownUsage } from '../../../src/catalog/usage.ts';
import { type Compare, editFuzz } from '../edits.ts';
import { expectNoticed } from './planting.ts';

const comparing = (change: (problems: readonly Problem[]) => readonly Problem[]) =>
  editFuzz((...about) => {
    const changes = compareCatalogs(...about);
    return { ...changes, problems: change(changes.problems) };
  });

const CODES: readonly ProblemCode[] = [
  'name-removed',
  'alias-removed',
  'alias-moved',
  'url-changed',
  'removed-without-deprecation',
  'reader-loses-name',
  'reader-loses-all',
  'web-type-changed',
];

describe('of edits it is noticed', () => {
  test.each(CODES)('that %s is not reported', (code) =>
    expectNoticed(comparing((problems) => problems.filter((problem) => problem.code !== code))),
  );

  test('that a host that is replaced is not reported', () =>
    expectNoticed(
      comparing((problems) => problems.filter((problem) => !('move' in problem && problem.move))),
    ));

  test('that to lose everything is only a warning', () =>
    expectNoticed(
      comparing((problems) =>
        problems.map((problem) =>
          problem.code === 'reader-loses-all' ? { ...problem, severity: 'warning' } : problem,
        ),
      ),
    ));

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
      'use by a client counts for nothing',
      (before, after, context) =>
        compareCatalogs(before, after, { ...context, usage: { ...context.usage, byClient: new Map() } }),
    ],
    [
      'clients are not asked',
      (before, after, context) => compareCatalogs(before, after, { ...context, precedence: {} }),
    ],
    [
      'former images lead nowhere',
      (before, after, context) =>
        compareCatalogs(
          before,
          after.map((entry) => ({ ...entry, formerImages: [] })),
          context,
        ),
    ],
    [
      'only a complete list of workloads counts',
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
