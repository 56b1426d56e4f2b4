import { readFileSync } from 'node:fs';
import { expect, describe as group, it } from 'vitest';
import { loadCatalog } from '../../src/catalog/load.ts';
import { LineIndex } from '../../src/catalog/positions.ts';
import { describe } from '../../src/catalog/problem-message.ts';
import { defaultPolicy } from '../../src/settings.ts';

const CATALOG = readFileSync(
  new URL('../fixtures/image-config/images-v1.2026.yaml', import.meta.url),
  'utf8',
);

/** `line:column code message; remedy` of each problem. */
function told(text: string): string[] {
  const lines = new LineIndex(text);
  const lineOf = (offset: number): number => lines.position(offset).line;
  return loadCatalog(text, defaultPolicy, '2026-11-22').problems.map((problem) => {
    const { message, remedy } = describe(problem, lineOf);
    return `${lineOf(problem.at.start)} ${problem.code} ${message}; ${remedy}`;
  });
}

const lines = CATALOG.split('\n');
const [start, end] = [lines.indexOf('perl5.36:'), lines.indexOf('perl5.40:')];
const withFields = (edit: (fields: string) => string): string =>
  [...lines.slice(0, start + 1), edit(lines.slice(start + 1, end).join('\n')), ...lines.slice(end)].join(
    '\n',
  );

group('fields of an entry that are not indented', () => {
  it('are one problem, which says which lines to indent', () => {
    expect(told(withFields((fields) => fields.replaceAll(/^ {2}/gm, '')))).toEqual([
      '261 wrong-type the fields aliases, image, state and variants are not indented; indent lines 261 to 273',
    ]);
  });

  it('are one problem if the deeper fields lost their indentation, too', () => {
    expect(told(withFields((fields) => fields.replaceAll(/^ +/gm, '')))).toEqual([
      '261 wrong-type the fields aliases, image, state, variants, jobs-framework, image, webservice, extra, wstype and image are not indented; indent lines 261 to 273',
    ]);
  });

  it('may follow fields that are indented', () => {
    expect(told(withFields((fields) => fields.replaceAll(/^ {2}(?=state|variants)/gm, '')))).toEqual([
      '266 wrong-type the fields state and variants are not indented; indent lines 266 to 273',
    ]);
    expect(told('a:\n  variants: {}\n  image: r.example.org/a\nstate: stable\n')).toEqual([
      '4 wrong-type the field state is not indented; indent line 4',
    ]);
  });

  it('are one problem for each entry, and repeat no key of the catalog', () => {
    const entry = (name: string): string =>
      `${name}:\nstate: stable\nimage: r.example.org/${name}\nvariants: {}\n`;
    expect(told(entry('a') + entry('b')).map((words) => words.slice(0, 12))).toEqual([
      '2 wrong-type',
      '6 wrong-type',
    ]);
  });
});

it('an entry may be named like a field', () => {
  const entry = '{state: stable, image: r.example.org/IT, variants: {}}';
  const text = ['state', 'image', 'webservice'].map((name) => `${name}: ${entry.replace('IT', name)}\n`);
  expect(told(text.join(''))).toEqual([]);
});
