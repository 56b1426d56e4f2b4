import { describe, expect, it } from 'vitest';
import { catalogOf, deprecatedEntry, entry, problemsOf } from '../../support/problems.ts';

const replaced = (name: string, replacement: string, fields = '') =>
  deprecatedEntry(name, `deprecation: {replacement: ${replacement}}${fields}`);

const loops = (text: string) => problemsOf(text).filter(({ code }) => code === 'replacement-loop');

describe('replacement-loop', () => {
  it('names every step, once for each loop', () => {
    const text = catalogOf(
      replaced('node12', 'node14'),
      replaced('node14', 'node16'),
      replaced('node16', 'node12'),
    );
    expect(loops(text)).toEqual([
      {
        code: 'replacement-loop',
        severity: 'error',
        line: 1,
        column: 37,
        field: 'node12.deprecation.replacement',
        message: 'the replacements lead in a circle: node12 → node14 → node16 → node12',
        remedy: 'name an entry that stays, or none',
      },
    ]);
  });

  it('begins at the first entry of the loop, not at an entry that leads there', () => {
    const text = catalogOf(
      replaced('node10', 'node12'),
      replaced('node12', 'node14'),
      replaced('node14', 'node12'),
    );
    expect(loops(text)).toMatchObject([
      { line: 2, message: 'the replacements lead in a circle: node12 → node14 → node12' },
    ]);
  });

  it('finds each of several loops', () => {
    const text = catalogOf(
      replaced('node12', 'node14'),
      replaced('php7.3', 'php7.4'),
      replaced('node14', 'node12'),
      replaced('php7.4', 'php7.3'),
    );
    expect(loops(text).map(({ message }) => message)).toEqual([
      'the replacements lead in a circle: node12 → node14 → node12',
      'the replacements lead in a circle: php7.3 → php7.4 → php7.3',
    ]);
  });

  it('reports an entry that replaces itself, by name or by its own alias', () => {
    expect(loops(catalogOf(replaced('node12', 'node12')))).toMatchObject([
      { message: 'node12 is its own replacement', remedy: 'name an entry that stays, or none' },
    ]);
    expect(problemsOf(catalogOf(replaced('node12', 'tf-node12', ', aliases: [tf-node12]')))).toMatchObject([
      { code: 'replacement-loop', message: 'node12 is its own replacement' },
    ]);
  });

  it('accepts a chain that ends', () => {
    const text = catalogOf(replaced('node12', 'node14'), replaced('node14', 'node16'), entry('node16'));
    expect(loops(text)).toEqual([]);
  });

  it('shortens a long loop', () => {
    const names = Array.from({ length: 40 }, (_, index) => `node${index + 10}`);
    const text = catalogOf(...names.map((name, index) => replaced(name, names[index + 1] ?? 'node10')));
    expect(loops(text)).toMatchObject([
      {
        message:
          'the replacements lead in a circle: node10 → node11 → node12 → node13 → node14 → node15 → node16 → node17 → node18 → node19 → … → node10',
      },
    ]);
  });
});
