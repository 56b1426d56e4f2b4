import { expect, it } from 'vitest';
import { codeFrame } from '../../src/catalog/code-frame.ts';
import { LineIndex } from '../../src/catalog/positions.ts';

function frameOf(text: string, piece: string): string {
  const start = text.indexOf(piece);
  return codeFrame(new LineIndex(text), { start, end: start + piece.length });
}

it('the line is shown, and carets below the place', () => {
  expect(frameOf('aliases:\n- tf-python37\n- tf-python39\n', 'tf-python39')).toBe(
    ' 3 | - tf-python39\n   |   ^^^^^^^^^^^',
  );
});

it('the caret line is as wide as the number', () => {
  const text = `${'\n'.repeat(1_233)}a: b`;
  expect(frameOf(text, 'b')).toBe(' 1234 | a: b\n      |    ^');
});

it('an empty place gets one caret, at the end of the line, too', () => {
  const lines = new LineIndex('a:\nb: c');
  expect(codeFrame(lines, { start: 2, end: 2 })).toBe(' 1 | a:\n   |   ^');
  expect(codeFrame(lines, { start: 7, end: 7 })).toBe(' 2 | b: c\n   |     ^');
  expect(codeFrame(new LineIndex(''), { start: 0, end: 0 })).toBe(' 1 | \n   | ^');
});

it('of a place over several lines the first is shown', () => {
  expect(frameOf('a: "b\n  c"\n', '"b\n  c"')).toBe(' 1 | a: "b\n   |    ^^');
});

it('a TAB is one column wide, and characters that move the cursor are replaced', () => {
  expect(frameOf('a:\tb\u001b[31m\u2028\u202ec: x', 'x')).toBe(
    ' 1 | a: b\ufffd[31m\ufffd\ufffdc: x\n   |               ^',
  );
});

it('the CR of a line break is not shown', () => {
  expect(frameOf('a: b\r\nc: d\r\n', 'd')).toBe(' 2 | c: d\n   |    ^');
});

it('of a long line the part around the place is shown', () => {
  const text = `${'a'.repeat(500)}HERE${'b'.repeat(500)}`;
  const [line, carets] = frameOf(text, 'HERE').split('\n');
  expect(line).toBe(` 1 | …${'a'.repeat(60)}HERE${'b'.repeat(56)}…`);
  expect(carets).toBe(`   | ${' '.repeat(61)}^^^^`);
});

it('the beginning and the end of a long line are cut on one side only', () => {
  const text = `HERE${'a'.repeat(500)}THERE`;
  expect(frameOf(text, 'HERE').split('\n')[0]).toBe(` 1 | HERE${'a'.repeat(116)}…`);
  expect(frameOf(text, 'THERE').split('\n')[0]).toBe(` 1 | …${'a'.repeat(115)}THERE`);
});

it('a place longer than what is shown ends with it', () => {
  const text = 'a'.repeat(300);
  expect(frameOf(text, text)).toBe(` 1 | ${'a'.repeat(120)}…\n   | ${'^'.repeat(120)}`);
});

it('a character that is cut in half is replaced', () => {
  const frame = frameOf(`${'😀'.repeat(100)}HERE!${'😀'.repeat(100)}`, 'HERE!');
  expect(frame.isWellFormed()).toBe(true);
});
