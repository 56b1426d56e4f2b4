import { compareCatalogs } from '../../../src/catalog/changes.ts';
import type { Problem, ProblemCode } from '../../../src/catalog/problem.ts';
import { unknownUsage } from '../../../src/catalog/usage.ts';
import type { Compare } from '../edits.ts';

type PlantedFault = readonly [what: string, compare: Compare];

/** The comparison of `src/catalog`, whose problems are changed before they are returned. */
export const withProblems =
  (change: (problems: readonly Problem[]) => readonly Problem[]): Compare =>
  (...about) => {
    const changes = compareCatalogs(...about);
    return { ...changes, problems: change(changes.problems) };
  };

export const withoutCode = (code: ProblemCode): Compare =>
  withProblems((problems) => problems.filter((problem) => problem.code !== code));

/** What a client can lose by an edit. */
export const LOSSES: readonly ProblemCode[] = [
  'name-removed',
  'alias-removed',
  'alias-moved',
  'url-changed',
  'reader-loses-name',
  'reader-loses-all',
  'web-type-changed',
];

/** The faults that edits of a text and pairs of catalogs both have to show. */
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
