import { codeFrame } from '../catalog/code-frame.ts';
import type { EditComparison, EditValidation } from '../catalog/edit.ts';
import { LineIndex, WHOLE_DOCUMENT } from '../catalog/positions.ts';
import { isChange, type Problem, severityOf } from '../catalog/problem.ts';
import { describe } from '../catalog/problem-message.ts';
import { ACCEPT, ACKNOWLEDGE, IMAGE_CONFIG } from '../catalog/public-names.ts';
import type { Report } from '../catalog/report.ts';
import { countedProblems, inAList, notShown, UNPRINTABLE } from '../catalog/wording.ts';
import { quoted } from './quoting.ts';
import type { DenialPart } from './verdict.ts';
import { fitted, withinBudget } from './warnings.ts';

export interface Refused {
  readonly report: Report;
  readonly text: string;
  readonly notes: readonly string[];
  /** How the edit can pass as it is; undefined if no consumer could use the result. */
  readonly way: WayOut | undefined;
  readonly comparison: EditComparison | undefined;
}

/** The annotation with which the same edit passes. */
export interface WayOut {
  readonly annotation: typeof ACCEPT | typeof ACKNOWLEDGE;
  readonly value: string;
  /** Whether the object exists, so that `kubectl annotate` works. */
  readonly exists: boolean;
}

/** The separator of the parts of a refusal: most parts have several lines. */
export const BLANK_LINE = '\n\n';

/** Fields of parts: all data of the ConfigMap, its catalog, and advice that is about no field. */
const DATA = 'data';
const CATALOG = `data.${IMAGE_CONFIG.key}`;
const HINT = 'hint';

/**
 * The parts of a denial: all problems and what to do. Each problem has its field before its line, since lines are those of the
 * submitted text, which may be rendered from a chart.
 */
export function refusal({ report, text, notes, way, comparison }: Refused): readonly DenialPart[] {
  const lines = new LineIndex(text);
  const spelledOut = report.problems.map((problem) => spelled(problem, lines));
  const more = report.errors + report.warnings - report.problems.length;
  return [
    { field: DATA, text: `${countedProblems(report)} in ${IMAGE_CONFIG.key}; nothing has been changed` },
    ...spelledOut,
    ...(more > 0 ? [{ field: DATA, text: `${notShown(more)}; fix these first.` }] : []),
    {
      field: HINT,
      text: `${comparedFor(report, comparison)}${text === '' ? '' : `Lines are those of ${IMAGE_CONFIG.key} as it was sent. `}Each code in full: image-config-admission explain CODE`,
    },
    ...notes.map((note) => ({ field: HINT, text: note })),
    ...(way ? [{ field: HINT, text: wayInWords(way) }] : []),
  ];
}

export const deletionRefusal = (): readonly DenialPart[] => {
  const problem: Problem = { code: 'config-map-deleted', at: WHOLE_DOCUMENT, field: '' };
  const { message, remedy } = describe(problem, () => 1);
  return [
    { field: DATA, text: message, code: problem.code },
    { field: HINT, text: `${problem.code}: ${remedy}` },
  ];
};

/** The warnings of an allowed edit: notes first, then one line for each problem. */
export const problemWarnings = (
  report: Report,
  text: string,
  notes: readonly string[],
  comparison?: EditComparison,
): string[] => {
  const compared = comparedFor(report, comparison).trim();
  // The losses of an edit come first: a catalog in the middle of a migration has dozens of other warnings.
  const changes = report.problems.filter(isChange);
  const others = report.problems.filter((problem) => !isChange(problem));
  return withinBudget([
    ...notes,
    ...inOneLineEach(changes, text),
    ...(compared === '' ? [] : [compared]),
    ...inOneLineEach(others, text),
  ]);
};

/** The warnings of an edit that observe mode allows. Its errors become warnings. */
export const observedWarnings = (report: Report, text: string, notes: readonly string[]): string[] =>
  withinBudget([
    `would be denied: ${countedProblems(report)}; stored all the same, since the webhook only observes`,
    ...notes,
    ...inOneLineEach(report.problems, text),
  ]);

/** Notes about the comparison of an edit with the old catalog, and about acknowledgements that do not count. */
export function notesOn(
  { comparison, ignored }: Pick<EditValidation, 'comparison' | 'ignored'>,
  old: { readonly isStored: boolean; readonly isServed: boolean },
): string[] {
  return [
    ...(comparison.kind === 'unreadable' ? [NOT_COMPARED] : []),
    ...(old.isStored || old.isServed ? [] : [NOTHING_SERVED]),
    ...(comparison.kind === 'compared' && !old.isStored
      ? [`compared with the catalog that this replica serves, ${comparison.digest}`]
      : []),
    ...ignored.map(
      ({ annotation, because }) =>
        `${ACKNOWLEDGE}: ${quoted(annotation)} does not count: it ${WHY_IGNORED[because]}`,
    ),
  ];
}

const WHY_IGNORED = {
  old: 'is older than this edit and names no stored text',
  'other-text': 'names another text than the stored one',
  malformed: 'names no text: after @ come at least the first 12 digits of a digest',
} as const;

const NOT_COMPARED = `not compared: the stored ${IMAGE_CONFIG.key} cannot be read as a catalog, so it is unknown which names this edit removes`;
const NOTHING_SERVED = `not compared: nothing is stored, and this replica serves no catalog`;

/** Names the consumers that were assumed, since an admin may know others. */
function comparedFor({ problems }: Report, comparison: EditComparison | undefined): string {
  if (comparison?.kind !== 'compared' || !problems.some(isChange)) return '';
  return `Compared for ${inAList(comparison.readers.map(({ label }) => label))}, which read the old catalog. `;
}

/** The warnings of an edit that break-glass allows. Its errors become warnings. */
export const acceptedWarnings = (
  report: Report,
  text: string,
  isCatalog: boolean,
  notes: readonly string[],
): string[] =>
  withinBudget([
    `accepted by ${ACCEPT} with ${countedProblems(report)}${isCatalog ? '' : '; names still resolve by the last good catalog'}`,
    ...notes,
    ...inOneLineEach(report.problems, text),
  ]);

function spelled(problem: Problem, lines: LineIndex): DenialPart {
  const { message, remedy } = describe(problem, (offset) => lines.position(offset).line);
  const { line, column } = lines.position(problem.at.start);
  const place = `line ${line}, column ${column}`;
  const text = [
    `${severityOf(problem)} ${problem.code}`,
    `  ${oneLine(message)}; ${oneLine(remedy)}`,
    ...(isWhole(problem) ? [] : [codeFrame(lines, problem.at)]),
  ].join('\n');
  return {
    field: problem.field === '' ? CATALOG : oneLine(problem.field),
    place,
    text,
    ...(severityOf(problem) === 'error' && { code: problem.code }),
  };
}

function inOneLineEach(problems: readonly Problem[], text: string): string[] {
  const lines = new LineIndex(text);
  return problems.map((problem) => {
    const { message, remedy } = describe(problem, (offset) => lines.position(offset).line);
    const place = isWhole(problem) ? '' : `line ${lines.position(problem.at.start).line}, `;
    const head = `${problem.field}${problem.field === '' ? '' : ' '}(${place}${problem.code}): `;
    // The remedy comes last and is never cut; the message may be.
    return fitted(head, message, `; ${remedy}`);
  });
}

/** Whether a problem is about no particular line: a code frame of the first line would not help. */
const isWhole = ({ at }: Problem): boolean => at.end === WHOLE_DOCUMENT.end;

function wayInWords({ annotation, value, exists }: WayOut): string {
  const why =
    annotation === ACCEPT
      ? 'If exactly this text has to be stored all the same, accept it'
      : 'If all of this is meant, acknowledge it';
  return exists
    ? `${why} and apply it again; in kubectl edit, add it under metadata.annotations:\n  ${annotateCommand(annotation, value)}`
    : `${why}: put this into the manifest, under metadata.annotations:\n  ${annotation}: ${value}`;
}

/** The command that annotates the ConfigMap, ready to copy. */
export const annotateCommand = (annotation: string, value: string): string =>
  `kubectl annotate -n ${IMAGE_CONFIG.namespace} configmap/${IMAGE_CONFIG.name} ${annotation}=${value} --overwrite`;

/** Replaces control characters: names and values come from the text. */
const oneLine = (text: string): string => text.replace(UNPRINTABLE, ' ');
