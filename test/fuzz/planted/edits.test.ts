import { describe, test } from 'vitest';
import { compareCatalogs } from '../../../src/catalog/changes.ts';
import { unknownUsage } from '../../../src/catalog/usage.ts';
import { type Compare, editFuzz } from '../edits.ts';
import { COMPARISON_FAULTS, withoutCode, withProblems } from './comparisons.ts';
import { expectNoticed } from './planting.ts';

describe('fuzzing of edits notices', () => {
  test.each<readonly [string, Compare]>([
    ...COMPARISON_FAULTS,
    ['removed-without-deprecation is not reported', withoutCode('removed-without-deprecation')],
    [
      'to lose everything is only a warning',
      withProblems((problems) =>
        problems.map((problem) =>
          problem.code === 'reader-loses-all' ? { ...problem, severity: 'warning' } : problem,
        ),
      ),
    ],
    [
      'what is acknowledged counts for nothing',
      (before, after, context) => compareCatalogs(before, after, { ...context, acknowledged: new Set() }),
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
