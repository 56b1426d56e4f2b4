import { isAbsolute, posix, relative } from 'node:path';
import { lastStartingAt } from '../../catalog/positions.ts';
import { type TextEdit, withEdits } from '../../catalog/text-edit.ts';
import type { Output } from '../io.ts';
import { printableLines } from './terminal-safe.ts';

/** The edits of one file as a patch that `git apply` takes. `path` is relative to the working directory. */
export function patchOf(path: string, text: string, edits: readonly TextEdit[]): string {
  if (edits.length === 0) return '';
  const lines = linesOf(text);
  const name = (side: string): string => quotedName(`${side}/${path}`);
  const hunks = hunksOf(changesOf(lines, edits), lines);
  return `diff --git ${name('a')} ${name('b')}\n--- ${name('a')}\n+++ ${name('b')}\n${hunks.join('')}`;
}

/** A path as a patch has it: relative to the working directory, unless the file is outside of it. */
export function patchPath(path: string): string {
  const below = relative('.', path);
  return posix.normalize(below.startsWith('..') || isAbsolute(below) ? path.replace(/^\/+/, '') : below);
}

/** A program gets the patch byte for byte; on a terminal it could be hostile text. */
export const patchFor = ({ isTTY }: Output, patch: string): string => (isTTY ? printableLines(patch) : patch);

/** Whole lines that are replaced: `first` inclusive, `end` exclusive, from 0. */
interface Change {
  readonly first: number;
  readonly end: number;
  readonly lines: readonly string[];
}

function changesOf(lines: readonly string[], edits: readonly TextEdit[]): Change[] {
  const starts: number[] = [];
  let offset = 0;
  for (const line of lines) {
    starts.push(offset);
    offset += line.length;
  }
  const lineAt = (at: number): number => lastStartingAt(starts, at, (start) => start);
  const text = lines.join('');
  const changes: { first: number; end: number; edits: TextEdit[] }[] = [];
  for (const edit of edits) {
    const first = lineAt(edit.at.start);
    // An edit that ends with its line ends where the next one starts.
    const isWhole = edit.text.endsWith('\n') || (edit.text === '' && starts[first] === edit.at.start);
    const isWholeLines = text[edit.at.end - 1] === '\n' && isWhole;
    const end = lineAt(isWholeLines ? edit.at.end - 1 : edit.at.end) + 1;
    const last = changes.at(-1);
    if (last && first < last.end) {
      last.end = Math.max(last.end, end);
      last.edits.push(edit);
    } else changes.push({ first, end, edits: [edit] });
  }
  return changes.map(({ first, end, edits: own }) => {
    const from = starts[first] ?? 0;
    const shifted = own.map(({ at, text: replacement }) => ({
      at: { start: at.start - from, end: at.end - from },
      text: replacement,
    }));
    const replaced = withEdits(lines.slice(first, end).join(''), shifted);
    return { first, end, lines: linesOf(replaced) };
  });
}

/** The lines of a text, each with its line feed. */
function linesOf(text: string): string[] {
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  return [...lines.map((line) => `${line}\n`), ...(rest === '' ? [] : [rest])];
}

/** Lines of context, as git and diff have them. */
const CONTEXT = 3;

function hunksOf(changes: readonly Change[], lines: readonly string[]): string[] {
  const groups: Change[][] = [];
  for (const change of changes) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group && last && change.first - last.end <= 2 * CONTEXT) group.push(change);
    else groups.push([change]);
  }
  let shift = 0;
  return groups.map((group) => {
    const start = Math.max(0, (group[0]?.first ?? 0) - CONTEXT);
    const end = Math.min(lines.length, (group.at(-1)?.end ?? 0) + CONTEXT);
    const grown = group.reduce(
      (sum, { first, end: stop, lines: own }) => sum + own.length - (stop - first),
      0,
    );
    const head = `@@ -${range(start, end - start)} +${range(start + shift, end - start + grown)} @@\n`;
    shift += grown;
    let body = '';
    let at = start;
    for (const { first, end: stop, lines: own } of group) {
      body += marked(' ', lines.slice(at, first)) + marked('-', lines.slice(first, stop)) + marked('+', own);
      at = stop;
    }
    return head + body + marked(' ', lines.slice(at, end));
  });
}

/** Line numbers count from 1; an empty range names the line before it. */
const range = (start: number, count: number): string => `${count === 0 ? start : start + 1},${count}`;

const marked = (mark: string, lines: readonly string[]): string =>
  lines
    .map((line) => `${mark}${line}${line.endsWith('\n') ? '' : '\n\\ No newline at end of file\n'}`)
    .join('');

/** git's quoting: every byte that is no printable ASCII, a quote or a backslash is an escape. */
function quotedName(name: string): string {
  if (/^[ !#-[\]-~]*$/.test(name)) return name;
  const escaped = Array.from(Buffer.from(name), (byte) => {
    const character = String.fromCharCode(byte);
    if (character === '"' || character === '\\') return `\\${character}`;
    return byte >= 0x20 && byte < 0x7f ? character : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${escaped.join('')}"`;
}
