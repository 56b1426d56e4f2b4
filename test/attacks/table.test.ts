import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const TESTS = new URL('../', import.meta.url);
const [page = ''] =
  /^## Attacks\n[\s\S]*?^(?=## )/m.exec(readFileSync(new URL('../docs/security.md', TESTS), 'utf8')) ?? [];

interface Row {
  readonly attack: string;
  readonly figure: string;
  /** Below `test/`. */
  readonly file: string;
  readonly title: string;
}

const rows: Row[] = [...page.matchAll(/^\| (.+?) \| .+? \| (.+?) \| `([^`]+)`: (.+) \|$/gm)].map(
  ([, attack = '', figure = '', file = '', title = '']) => ({ attack, figure, file, title }),
);

const sourceOf = (file: string): string => readFileSync(new URL(file, TESTS), 'utf8');

/** The source of a test, from its first line to its last. A table of cases may precede the title. */
function testIn(source: string, title: string): string | undefined {
  const lines = source.split('\n');
  const named = lines.findIndex((line) => line.includes(title));
  const first = lines.findLastIndex((line, index) => index <= named && /^ *(test|it)\b/.test(line));
  if (first < 0) return undefined;
  const indent = indentOf(lines[first]);
  const last = lines.findIndex(
    (line, index) => index >= named && indentOf(line) === indent && line.endsWith(';'),
  );
  return last < 0 ? undefined : lines.slice(first, last + 1).join('\n');
}

const indentOf = (line: string | undefined): number => line?.search(/\S/) ?? 0;

/** The numbers in a text; `1,000` and `1_000` are 1000. */
const numbersIn = (text: string): string[] =>
  text.replaceAll(/(?<=\d)[_,](?=\d)/g, '').match(/(?<![\w.])\d+(?:\.\d+)?(?!\d)/g) ?? [];

describe('the attacks in docs/security.md', () => {
  it('are read to the last row', () => {
    const lines = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| attack '));
    expect(rows).toHaveLength(lines.length);
  });

  it.each(rows)('$attack: its test exists', ({ file, title }) => {
    expect(existsSync(new URL(file, TESTS)), file).toBe(true);
    expect(testIn(sourceOf(file), title)).toBeDefined();
  });

  it.each(rows)(
    '$attack: its figure has numbers, and the test has each of them',
    ({ file, title, figure }) => {
      const numbers = numbersIn(testIn(sourceOf(file), title) ?? '');
      expect(numbersIn(figure).length).toBeGreaterThan(0);
      expect(numbers).toEqual(expect.arrayContaining(numbersIn(figure)));
    },
  );

  it('have a row for every tested attack', () => {
    const files = readdirSync(new URL('attacks/', TESTS)).filter((name) => name.endsWith('.test.ts'));
    const listed = new Set(rows.map(({ file }) => file));
    expect(files.map((name) => `attacks/${name}`).filter((file) => !listed.has(file))).toEqual([
      'attacks/table.test.ts',
    ]);
  });
});
