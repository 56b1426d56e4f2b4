import { codeFrame } from '../catalog/code-frame.ts';
import { countedProblems, notShown } from '../catalog/counted.ts';
import { LineIndex } from '../catalog/positions.ts';
import { UNPRINTABLE } from '../catalog/printable.ts';
import { type Problem, severityOf } from '../catalog/problem.ts';
import { describe } from '../catalog/problem-message.ts';
import type { Report } from '../catalog/report.ts';
import { WHOLE_DOCUMENT } from '../catalog/span.ts';
import { ACCEPT, IMAGE_CONFIG } from './config-map.ts';
import type { DenialPart } from './verdict.ts';
import { withinBudget } from './warnings.ts';

const OBJECT = `-n ${IMAGE_CONFIG.namespace} configmap/${IMAGE_CONFIG.name}`;

export interface Refused {
  readonly report: Report;
  readonly text: string;
  /** How this text could be stored all the same; undefined where no consumer could live with it. */
  readonly remedy: { readonly digest: string; readonly exists: boolean } | undefined;
}

/** Between the parts of a refusal, since most of them have several lines. */
export const BLANK_LINE = '\n\n';

/** The ConfigMap's data as a whole, its catalog, and advice that is about no field. */
const DATA = 'data';
const CATALOG = `data.${IMAGE_CONFIG.key}`;
const HINT = 'hint';

/**
 * The whole answer, with everything that is wrong and how to go on. Fields come before lines, because the lines are
 * those of the text that was sent, not of a chart's source.
 */
export function refusal({ report, text, remedy }: Refused): readonly DenialPart[] {
  const lines = new LineIndex(text);
  const spelledOut = report.problems.map((problem) => spelled(problem, lines));
  const more = report.errors + report.warnings - report.problems.length;
  return [
    { field: DATA, text: `${countedProblems(report)} in ${IMAGE_CONFIG.key}; nothing has been changed` },
    ...spelledOut,
    ...(more > 0 ? [{ field: DATA, text: `${notShown(more)}; mend these first.` }] : []),
    {
      field: HINT,
      text: `${text === '' ? '' : `Lines are those of ${IMAGE_CONFIG.key} as it was sent. `}Each code in full: image-config-admission explain CODE`,
    },
    ...(remedy ? [{ field: HINT, text: breakGlass(remedy.digest, remedy.exists) }] : []),
  ];
}

export const deletionRefusal = (): readonly DenialPart[] => {
  const problem: Problem = { code: 'config-map-deleted', at: WHOLE_DOCUMENT, field: '' };
  const { message, remedy } = describe(problem, () => 1);
  return [
    { field: DATA, text: message },
    { field: HINT, text: `${problem.code}: ${remedy}` },
  ];
};

/** Problems that did not deny: one line each, after what else there is to say. */
export const problemWarnings = (report: Report, text: string, notes: readonly string[]): string[] =>
  withinBudget([...notes, ...inOneLineEach(report, text)]);

/** What was let through by break-glass, with the errors that now are warnings. */
export const acceptedWarnings = (
  report: Report,
  text: string,
  isCatalog: boolean,
  notes: readonly string[],
): string[] =>
  withinBudget([
    `accepted by ${ACCEPT} with ${countedProblems(report)}${isCatalog ? '' : '; names go on being resolved by the last good catalog'}`,
    ...notes,
    ...inOneLineEach(report, text),
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
  return { field: problem.field === '' ? CATALOG : oneLine(problem.field), place, text };
}

function inOneLineEach({ problems }: Report, text: string): string[] {
  const lines = new LineIndex(text);
  return problems.map((problem) => {
    const { message, remedy } = describe(problem, (offset) => lines.position(offset).line);
    const place = isWhole(problem) ? '' : `line ${lines.position(problem.at.start).line}, `;
    // The end of a long warning is cut: code and place come before the words.
    return `${problem.field}${problem.field === '' ? '' : ' '}(${place}${problem.code}): ${message}; ${remedy}`;
  });
}

/** No line in particular is meant: of a picture of the first one nobody would be the wiser. */
const isWhole = ({ at }: Problem): boolean => at.end === WHOLE_DOCUMENT.end;

const breakGlass = (digest: string, exists: boolean): string =>
  exists
    ? `If exactly this text has to be stored all the same, accept it and apply it again:\n  kubectl annotate ${OBJECT} ${ACCEPT}=${digest} --overwrite`
    : `If exactly this text has to be stored all the same, put this into the manifest, under metadata.annotations:\n  ${ACCEPT}: ${digest}`;

/** Names and values come from the text, and may hold anything. */
const oneLine = (text: string): string => text.replace(UNPRINTABLE, ' ');
