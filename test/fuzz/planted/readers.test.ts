import { describe, test } from 'vitest';
import { compareCatalogs } from '../../../src/catalog/changes.ts';
import type { Problem, ProblemCode } from '../../../src/catalog/problem.ts';
import { unknownUsage } from '../../../src/catalog/usage.ts';
import type { Compare } from '../edits.ts';
import { readersFuzz } from '../readers.ts';
import { expectNoticed } from './planting.ts';

const comparing = (change: (problems: readonly Problem[]) => readonly Problem[]) =>
  readersFuzz((...about) => {
    const changes = compareCatalogs(...about);
    return { ...changes, problems: change(changes.problems) };
  });

const LOSSES: readonly ProblemCode[] = [
  'name-removed',
  'alias-removed',
  'alias-moved',
  'url-changed',
  'reader-loses-name',
  'reader-loses-all',
  'web-type-changed',
];

describe('of pairs of catalogs it is noticed', () => {
  test.each(LOSSES)('that %s is not reported', (code) =>
    expectNoticed(comparing((problems) => problems.filter((problem) => problem.code !== code))),
  );

  test('that a host that is replaced is not reported', () =>
    expectNoticed(
      comparing((problems) => problems.filter((problem) => !('move' in problem && problem.move))),
    ));

  test('that one thing is reported twice', () =>
    expectNoticed(comparing((problems) => [...problems, ...problems.slice(0, 1)])));

  test.each(LOSSES)('that %s is reported of another edit', (code) => {
    let last: Problem | undefined;
    return expectNoticed(
      comparing((problems) => {
        const earlier = last;
        last = problems.find((problem) => problem.code === code) ?? last;
        return earlier && problems.length === 0 ? [earlier] : problems;
      }),
    );
  });

  test('that what is in use is only a warning', () =>
    expectNoticed(
      comparing((problems) =>
        problems.map((problem) =>
          'use' in problem ? ({ ...problem, severity: 'warning' } as Problem) : problem,
        ),
      ),
    ));

  test('that what is not in use is an error', () =>
    expectNoticed(
      comparing((problems) =>
        problems.map((problem) =>
          'use' in problem && !problem.acknowledged
            ? ({ ...problem, severity: 'error' } as Problem)
            : problem,
        ),
      ),
    ));

  test.each<[string, Compare]>([
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
      'the readers are those of the new catalog',
      (before, after, context) => compareCatalogs(after, before, context),
    ],
  ])('that %s', (_, compare) => expectNoticed(readersFuzz(compare)));
});
