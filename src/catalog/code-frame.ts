import type { LineIndex, Span } from './positions.ts';
import { UNPRINTABLE } from './wording.ts';

/** Maximum number of characters shown. A longer line is cut to the part around the span. */
const WIDTH = 120;

/**
 * The line of a span with a caret line below it:
 *
 *     12 |   - tf-python39
 *        |     ^^^^^^^^^^^
 */
export function codeFrame(lines: LineIndex, at: Span): string {
  const { line, column } = lines.position(at.start);
  const text = lines.line(line);
  const first = Math.max(0, Math.min(column - 1 - WIDTH / 2, text.length - WIDTH));
  const shown = visible(text.slice(first, first + WIDTH));
  const caret = column - 1 - first;
  const length = Math.max(1, Math.min(at.end - at.start, shown.length - caret));
  const number = String(line);
  const before = first > 0 ? '…' : '';
  const after = first + WIDTH < text.length ? '…' : '';
  return [
    ` ${number} | ${before}${shown}${after}`,
    ` ${' '.repeat(number.length)} | ${' '.repeat(before.length + caret)}${'^'.repeat(length)}`,
  ].join('\n');
}

/** Replaces characters that move the cursor, change the direction or are invisible. The width stays, for the caret. */
const visible = (line: string): string =>
  line.replaceAll('\t', ' ').replace(UNPRINTABLE, (character) => '\ufffd'.repeat(character.length));
