import { compareCatalogs } from '../../../src/catalog/changes.ts';
import type { Problem, ProblemCode } from '../../../src/catalog/problem.ts';
import { unknownUsage } from '../../../src/catalog/usage.ts';
import type { Compare } from '../edits.ts';

type PlantedFault = readonly [what: string, compare: Compare];

/** The comparison of `src/catalog` with changed problems. */
export const withProblems =
  (change: (problems: readonly Problem[]) => readonly Problem[]): Compare =>
  (...about) => {
    const changes = compareCatalogs(...about);
    return { ...changes, problems: change(changes.problems) };
  };

export const withoutCode = (code: ProblemCode): Compare =>
  withProblems((problems) => problems.filter((problem) => problem.code !== code));

/** The codes of a client's losses. */
export const LOSSES: readonly ProblemCode[] = [
  'name-removed',
  'alias-removed',
  'alias-moved',
  'url-changed',
  'reader-loses-name',
  'reader-loses-all',
  'web-type-changed',
];

/** Faults that the fuzzing of edits and that of readers must both notice. */
export const COMPARISON_FAULTS: readonly PlantedFault[] = [
  ...LOSSES.map((code): PlantedFault => [`${code} is not reported`, withoutCode(code)]),
  [
    'a host that is replaced is not reported',
    withProblems((problems) => problems.filter((problem) => !('move' in problem && problem.move))),
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
];
