import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCsv } from '../src/csv.ts';

describe('toCsv', () => {
  it('ends every record with CR LF, including the last', () => {
    expect(
      toCsv([
        ['a', 'b'],
        ['1', ''],
      ]),
    ).toBe('a,b\r\n1,\r\n');
  });

  it('quotes cells with a comma or a quote, and doubles quotes', () => {
    expect(toCsv([['a, b', 'say "x"', 'plain']])).toBe('"a, b","say ""x""",plain\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '＝1', '＠x'])(
    'marks a cell as text if it begins like a formula: %s',
    (text) => {
      expect(toCsv([[text, 'a=b']])).toBe(`'${text},a=b\r\n`);
    },
  );

  it('replaces characters that break a line, steer a terminal or precede a formula', () => {
    expect(toCsv([['a\nb\r\u001b[2J', '\t=1', '\u202e']])).toBe(
      'a\ufffdb\ufffd\ufffd[2J,\ufffd=1,\ufffd\r\n',
    );
  });

  it('writes cells that are read back unchanged, except for those that begin like a formula', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', "'", '=', '-', 'é', '😀') });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1 }), (records) => {
        const read = parsed(toCsv(records));
        expect(read).toEqual(records.map((record) => record.map((cell) => cell.replace(/^[=-]/, "'$&"))));
        expect(read.flat().filter((cell) => /^[=+@-]/.test(cell))).toEqual([]);
      }),
    );
  });
});

/** RFC 4180, read letter by letter. */
function parsed(csv: string): string[][] {
  const records: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < csv.length; at += 1) {
    const letter = csv.charAt(at);
    if (quoted && letter === '"' && csv[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (letter === '"') quoted = !quoted;
    else if (!quoted && (letter === ',' || letter === '\n')) {
      records.at(-1)?.push(cell.replace(/\r$/, ''));
      cell = '';
      if (letter === '\n') records.push([]);
    } else cell += letter;
  }
  return records.slice(0, -1);
}
