import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const TESTS = new URL('../', import.meta.url);
const page = readFileSync(new URL('../docs/attacks.md', TESTS), 'utf8');

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

describe('docs/attacks.md', () => {
  it('is read to its last row', () => {
    const lines = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| attack '));
    expect(rows).toHaveLength(lines.length);
  });

  it.each(rows)('$attack: there is such a test', ({ file, title }) => {
    expect(existsSync(new URL(file, TESTS)), file).toBe(true);
    expect(sourceOf(file)).toContain(title);
  });

  it.each(rows)('$attack: its figure stands in that test', ({ file, figure }) => {
    const source = sourceOf(file).replaceAll(/(?<=\d)[_,](?=\d)/g, '');
    for (const [number] of figure.replaceAll(/(?<=\d),(?=\d)/g, '').matchAll(/\d+/g))
      expect(source, `${number} in ${file}`).toMatch(new RegExp(`(?<!\\d)${number}(?!\\d)`));
  });

  it('has a row for every attack that is tested', () => {
    const files = readdirSync(new URL('attacks/', TESTS)).filter((name) => name.endsWith('.test.ts'));
    const told = new Set(rows.map(({ file }) => file));
    expect(files.map((name) => `attacks/${name}`).filter((file) => !told.has(file))).toEqual([
      'attacks/table.test.ts',
    ]);
  });
});
