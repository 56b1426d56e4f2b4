import { deeperFields, entryFields } from './catalog-schema.ts';
import { nearest } from './did-you-mean.ts';
import type { Problem, ProblemCode } from './problem.ts';
import { type TextEdit, withEdits } from './text-edit.ts';

/** A problem that goes away with an edit of the text. */
export interface CatalogFix extends TextEdit {
  readonly code: ProblemCode;
}

/**
 * The edits of a text that fix its problems where only one fix is possible, in the order of the text. `problemsOf` returns the
 * problems of any text. An edit is kept only if it removes its problem and brings no other one, so a wrong guess changes nothing.
 */
export function catalogFixes(
  text: string,
  problemsOf: (text: string) => readonly Problem[],
): readonly CatalogFix[] {
  const fixes: CatalogFix[] = [];
  let left = problemsOf(text);
  // Places are those of the original text, so problems of it are tried one by one, beside the fixes that were kept.
  let tries = 0;
  for (const problem of left) {
    if (tries === MOST_TRIES) break;
    const edit = editFor(text, problem);
    if (!edit || fixes.some(({ at }) => at.start < edit.at.end && edit.at.start < at.end)) continue;
    tries += 1;
    const tried = [...fixes, { ...edit, code: problem.code }].sort(
      (one, other) => one.at.start - other.at.start,
    );
    const after = problemsOf(withEdits(text, tried));
    if (!isBetter(after, left)) continue;
    fixes.splice(0, fixes.length, ...tried);
    left = after;
  }
  return fixes;
}

/** Each try checks the whole text. A catalog with more of such problems is fixed by several runs. */
const MOST_TRIES = 500;

/** Whether problems became fewer, and none of any code more. */
function isBetter(after: readonly Problem[], before: readonly Problem[]): boolean {
  const counts = new Map<ProblemCode, number>();
  for (const { code } of before) counts.set(code, (counts.get(code) ?? 0) + 1);
  for (const { code } of after) counts.set(code, (counts.get(code) ?? 0) - 1);
  return after.length < before.length && [...counts.values()].every((count) => count >= 0);
}

/** The only possible fix of a problem; undefined if there are several, or none. */
function editFor(text: string, problem: Problem): TextEdit | undefined {
  const { code, at } = problem;
  const written = text.slice(at.start, at.end);
  if (code === 'redundant-alias') return withoutItem(text, problem);
  if (code === 'yaml-ambiguous')
    return written === problem.text && isText(problem.field, problem.text)
      ? { at, text: JSON.stringify(written) }
      : undefined;
  if (code === 'image-tag') {
    const start = at.start + written.lastIndexOf(LATEST);
    return problem.tag === 'latest' && start >= at.start
      ? { at: { start, end: start + LATEST.length }, text: '' }
      : undefined;
  }
  if (code === 'misspelt-field')
    return replaced(text, problem, problem.key, problem.meant, [...entryFields, ...deeperFields]);
  if (code === 'unknown-value') {
    const meant = nearest(problem.value, problem.allowed);
    return meant === undefined ? undefined : replaced(text, problem, problem.value, meant, problem.allowed);
  }
  return undefined;
}

const LATEST = ':latest';

/** Whether a place always holds a text: the name of an entry, or a known field. Elsewhere a number may be meant. */
function isText(field: string, text: string): boolean {
  const last = field.slice(field.lastIndexOf('.') + 1).replace(/\[\d+\]$/, '');
  return field === text || entryFields.has(last) || deeperFields.has(last);
}

/** Another word in the place of a misspelt one, in the same quotes, if no second word is near. */
function replaced(
  text: string,
  { at }: Pick<Problem, 'at'>,
  word: string,
  meant: string,
  known: readonly string[],
): TextEdit | undefined {
  const second = nearest(
    word,
    known.filter((other) => other !== meant),
  );
  const start = at.start + text.slice(at.start, at.end).indexOf(word);
  return second === undefined && start >= at.start
    ? { at: { start, end: start + word.length }, text: meant }
    : undefined;
}

/** Removes an item of a list with its separator. A comment behind it stays. */
function withoutItem(text: string, { at: { start, end } }: Pick<Problem, 'at'>): TextEdit | undefined {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const before = text.slice(lineStart, start);
  const [gap = ''] = /^[ \t]*/.exec(text.slice(end)) ?? [];
  if (/^[ \t]*-[ \t]+$/.test(before)) {
    const behind = text.slice(end + gap.length);
    if (behind.startsWith('#'))
      return { at: { start: lineStart + before.indexOf('-'), end: end + gap.length }, text: '' };
    const [lineEnd] = /^(?:\r?\n|$)/.exec(behind) ?? [];
    return lineEnd === undefined
      ? undefined
      : { at: { start: lineStart, end: end + gap.length + lineEnd.length }, text: '' };
  }
  if (text[end + gap.length] === ',') {
    const [after = ''] = /^,[ \t]*/.exec(text.slice(end + gap.length)) ?? [];
    return { at: { start, end: end + gap.length + after.length }, text: '' };
  }
  const [comma] = /,[ \t]*$/.exec(before) ?? [];
  return comma === undefined ? undefined : { at: { start: start - comma.length, end }, text: '' };
}
