import { lastStartingAt } from '../positions.ts';
import type { ScalarNode } from './node.ts';

/**
 * Maps offsets of a scalar's text to offsets of the document, across the indentation of a literal block and the escapes of a
 * JSON string. Styles that catalogs do not use (folded blocks, quotes over several lines) map to the start of the scalar. A
 * scalar whose text does not match does the same.
 */
export function sourceOffsets(document: string, { at, text }: ScalarNode): (offset: number) => number {
  const written = document.slice(at.start, at.end);
  const offsets =
    written.startsWith('"') && written.endsWith('"')
      ? throughEscapes(written, text)
      : written.startsWith("'") && written.endsWith("'")
        ? throughDoubledQuotes(written, text)
        : (throughIndentation(written, text) ?? undefined);
  if (!offsets) return () => at.start;
  return (offset) => at.start + offsets(Math.min(offset, text.length));
}

type Offsets = ((offset: number) => number) | undefined;

/** Each line of a literal block is a line of the document without its indentation. */
function throughIndentation(written: string, text: string): Offsets {
  const writtenLines = written.split('\n');
  const starts: number[] = [];
  const shifts: number[] = [];
  let from = 0;
  let start = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const source = writtenLines[index];
    const body = source?.endsWith('\r') && !line.endsWith('\r') ? source.slice(0, -1) : source;
    // The document may end after the last line break of the text.
    if (body === undefined || !body.endsWith(line)) {
      if (line !== '') return undefined;
      break;
    }
    starts.push(start);
    shifts.push(from + body.length - line.length - start);
    start += line.length + 1;
    from += (source?.length ?? 0) + 1;
  }
  return (offset) => {
    const line = lastStartingAt(starts, offset, (first) => first);
    return Math.min(written.length, offset + (shifts[line] ?? 0));
  };
}

/** JSON's escapes, and the few more of YAML; undefined for a line break inside the quotes. */
function throughEscapes(written: string, text: string): Offsets {
  const offsets = new Uint32Array(text.length + 1);
  let at = 1;
  for (let i = 0; i < text.length; i++) {
    offsets[i] = at;
    if (written[at] !== '\\') {
      if (written[at] !== text[i]) return undefined;
      at++;
      continue;
    }
    const digits = { x: 2, u: 4, U: 8 }[written[at + 1] ?? ''] ?? 0;
    if (digits > 0) {
      const code = Number.parseInt(written.slice(at + 2, at + 2 + digits), 16);
      if (code > 0xffff) offsets[++i] = at;
    }
    at += 2 + digits;
  }
  offsets[text.length] = at;
  return at === written.length - 1 ? (offset) => offsets[offset] ?? at : undefined;
}

function throughDoubledQuotes(written: string, text: string): Offsets {
  const offsets = new Uint32Array(text.length + 1);
  let at = 1;
  for (let i = 0; i < text.length; i++) {
    offsets[i] = at;
    if (written[at] !== text[i]) return undefined;
    at += text[i] === "'" ? 2 : 1;
  }
  offsets[text.length] = at;
  return at === written.length - 1 ? (offset) => offsets[offset] ?? at : undefined;
}
