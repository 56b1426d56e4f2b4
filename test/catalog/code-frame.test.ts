import { describe, expect, it } from 'vitest';
import { codeFrame } from '../../src/catalog/code-frame.ts';
import { LineIndex } from '../../src/catalog/positions.ts';

function frameOf(text: string, piece: string): string {
  const start = text.indexOf(piece);
  return codeFrame(new LineIndex(text), { start, end: start + piece.length });
}

describe('codeFrame', () => {
  it('shows the line, with carets below the span', () => {
    expect(frameOf('aliases:\n- tf-python37\n- tf-python39\n', 'tf-python39')).toBe(
      ' 3 | - tf-python39\n   |   ^^^^^^^^^^^',
    );
  });

  it('aligns the caret line with the line number', () => {
    const text = `${'\n'.repeat(1_233)}a: b`;
    expect(frameOf(text, 'b')).toBe(' 1234 | a: b\n      |    ^');
  });

  it('puts one caret below an empty span, also at the end of the line', () => {
    const lines = new LineIndex('a:\nb: c');
    expect(codeFrame(lines, { start: 2, end: 2 })).toBe(' 1 | a:\n   |   ^');
    expect(codeFrame(lines, { start: 7, end: 7 })).toBe(' 2 | b: c\n   |     ^');
    expect(codeFrame(new LineIndex(''), { start: 0, end: 0 })).toBe(' 1 | \n   | ^');
  });

  it('shows the first line of a span over several lines', () => {
    expect(frameOf('a: "b\n  c"\n', '"b\n  c"')).toBe(' 1 | a: "b\n   |    ^^');
  });

  it('shows a TAB as one column, and replaces characters that move the cursor', () => {
    expect(frameOf('a:\tb\u001b[31m\u2028\u202ec: x', 'x')).toBe(
      ' 1 | a: b\ufffd[31m\ufffd\ufffdc: x\n   |               ^',
    );
  });

  it('does not show the CR of a line break', () => {
    expect(frameOf('a: b\r\nc: d\r\n', 'd')).toBe(' 2 | c: d\n   |    ^');
  });

  it('shows the part of a long line around the span', () => {
    const text = `${'a'.repeat(500)}HERE${'b'.repeat(500)}`;
    const [line, carets] = frameOf(text, 'HERE').split('\n');
    expect(line).toBe(` 1 | …${'a'.repeat(60)}HERE${'b'.repeat(56)}…`);
    expect(carets).toBe(`   | ${' '.repeat(61)}^^^^`);
  });

  it('cuts a long line on one side for a span near its beginning or end', () => {
    const text = `HERE${'a'.repeat(500)}THERE`;
    expect(frameOf(text, 'HERE').split('\n')[0]).toBe(` 1 | HERE${'a'.repeat(116)}…`);
    expect(frameOf(text, 'THERE').split('\n')[0]).toBe(` 1 | …${'a'.repeat(115)}THERE`);
  });

  it('ends the carets with the shown part of a long span', () => {
    const text = 'a'.repeat(300);
    expect(frameOf(text, text)).toBe(` 1 | ${'a'.repeat(120)}…\n   | ${'^'.repeat(120)}`);
  });

  it('replaces half a character at the cut', () => {
    const frame = frameOf(`${'😀'.repeat(100)}HERE!${'😀'.repeat(100)}`, 'HERE!');
    expect(frame.isWellFormed()).toBe(true);
  });
});
