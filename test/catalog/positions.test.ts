import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineIndex } from '../../src/catalog/positions.ts';

describe('LineIndex', () => {
  it('counts lines and columns from 1', () => {
    const lines = new LineIndex('ab\nc\n\nd');
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((offset) => lines.position(offset))).toEqual([
      { line: 1, column: 1 },
      { line: 1, column: 2 },
      { line: 1, column: 3 },
      { line: 2, column: 1 },
      { line: 2, column: 2 },
      { line: 3, column: 1 },
      { line: 4, column: 1 },
      { line: 4, column: 2 },
    ]);
  });

  it('counts columns in UTF-16 code units, as editors and SARIF do', () => {
    expect(new LineIndex('é😀b').position(3)).toEqual({ line: 1, column: 4 });
  });

  it('finds one line in an empty text', () => {
    const lines = new LineIndex('');
    expect(lines.position(0)).toEqual({ line: 1, column: 1 });
    expect(lines.line(1)).toBe('');
  });

  it('returns a line without its line break', () => {
    const lines = new LineIndex('a\r\nb\n\nc');
    expect([1, 2, 3, 4].map((number) => lines.line(number))).toEqual(['a', 'b', '', 'c']);
  });

  it('begins a line after a line break at the end', () => {
    const lines = new LineIndex('a\n');
    expect(lines.position(2)).toEqual({ line: 2, column: 1 });
    expect(lines.line(2)).toBe('');
  });

  it('does not treat a carriage return alone as a line break', () => {
    expect(new LineIndex('a\rb').position(2)).toEqual({ line: 1, column: 3 });
  });

  it('finds the line and column of any offset', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '\n', '\r\n'), maxLength: 40 });
    fc.assert(
      fc.property(text, fc.nat(40), (content, offset) => {
        const before = content.slice(0, offset).split('\n');
        const last = before.at(-1) ?? '';
        expect(new LineIndex(content).position(Math.min(offset, content.length))).toEqual({
          line: before.length,
          column: last.length + 1,
        });
      }),
    );
  });
});
