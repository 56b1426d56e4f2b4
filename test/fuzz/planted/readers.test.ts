import { describe, test } from 'vitest';
import { compareCatalogs } from '../../../src/catalog/changes.ts';
import type { Problem } from '../../../src/catalog/problem.ts';
import type { Compare } from '../edits.ts';
import { readersFuzz } from '../readers.ts';
import { COMPARISON_FAULTS, LOSSES, withProblems } from './comparisons.ts';
import { expectNoticed } from './planting.ts';

describe('fuzzing of pairs of catalogs notices', () => {
  test.each<readonly [string, Compare]>([
    ...COMPARISON_FAULTS,
    ['one thing is reported twice', withProblems((problems) => [...problems, ...problems.slice(0, 1)])],
    [
      'what is in use is only a warning',
      withProblems((problems) =>
        problems.map((problem) =>
          'use' in problem ? ({ ...problem, severity: 'warning' } as Problem) : problem,
        ),
      ),
    ],
    [
      'what is not in use is an error',
      withProblems((problems) =>
        problems.map((problem) =>
          'use' in problem && !problem.acknowledged
            ? ({ ...problem, severity: 'error' } as Problem)
            : problem,
        ),
      ),
    ],
    [
      'the readers are those of the new catalog',
      (before, after, context) => compareCatalogs(after, before, context),
    ],
  ])('that %s', (_, compare) => expectNoticed(readersFuzz(compare)));

  test.each(LOSSES)('that %s of another edit is reported', (code) => {
    let last: Problem | undefined;
    return expectNoticed(
      readersFuzz(
        withProblems((problems) => {
          const earlier = last;
          last = problems.find((problem) => problem.code === code) ?? last;
          return earlier && problems.length === 0 ? [earlier] : problems;
        }),
      ),
    );
  });
});
