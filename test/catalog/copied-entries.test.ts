import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { copiesIn, oldestFirst } from '../../src/catalog/copied-entries.ts';
import { validateEdit } from '../../src/catalog/edit.ts';
import { defaultPrecedence } from '../../src/catalog/lookup.ts';
import { severityOf } from '../../src/catalog/problem.ts';
import { unknownUsage } from '../../src/catalog/usage.ts';
import { defaultPolicy } from '../../src/settings.ts';
import { catalogOf, entry, imageOf, loaded, TODAY } from '../support/problems.ts';

const CATALOG = readFileSync(
  new URL('../fixtures/image-config/images-v1.2026.yaml', import.meta.url),
  'utf8',
);

/** `severity code field` of each problem of an edit. */
const problemsOfEdit = (before: string, after: string): string[] =>
  validateEdit(
    { before: { text: before }, after: { text: after } },
    { policy: defaultPolicy, precedence: defaultPrecedence, today: TODAY, usage: unknownUsage },
  ).problems.map((problem) => `${severityOf(problem)} ${problem.code} ${problem.field}`);

const [, block = ''] = /^(python3\.11:\n(?: .*\n)+)/m.exec(CATALOG) ?? [];
const copied = block.replace('python3.11:', 'python3.12:');

describe('a copied entry', () => {
  it('is the one problem of an edit that adds it, in front of the other entry or behind it', () => {
    expect(block).not.toBe('');
    for (const after of [CATALOG.replace(block, copied + block), CATALOG.replace(block, block + copied)])
      expect(problemsOfEdit(CATALOG, after)).toEqual(['error duplicate-url python3.12.image']);
  });

  it('is found if all its URLs are of one other entry, and only then', () => {
    const names = (text: string): string[] =>
      [...copiesIn(loaded(text).parsed)].map(([copy, of]) => `${copy.name.text} of ${of.name.text}`);
    expect(names(CATALOG.replace(block, block + copied))).toEqual(['python3.12 of python3.11']);
    expect(names(CATALOG)).toEqual([]);
    expect(names(catalogOf('a: {state: stable, variants: {}}', 'b: {state: stable, variants: {}}'))).toEqual(
      [],
    );
  });
});

describe('a conflict of two entries in an edit', () => {
  const [one, other] = [entry('node18', 'aliases: [a]'), entry('node20')];

  it('is the fault of the entry that it changes, wherever that is', () => {
    const changed = entry('node18', 'aliases: [a]', imageOf('node20'));
    expect(problemsOfEdit(catalogOf(one, other), catalogOf(changed, other))).toContain(
      'error duplicate-url node18.image',
    );
    expect(problemsOfEdit(catalogOf(one, other), catalogOf(one, entry('node20', 'aliases: [a]')))).toEqual([
      'error duplicate-alias node20.aliases[0]',
    ]);
    expect(
      problemsOfEdit(catalogOf(one, other), catalogOf(entry('node16', 'aliases: [a]'), one, other)),
    ).toEqual(['error duplicate-alias node16.aliases[0]']);
  });

  it('is the fault of the later one if the edit changes both, or neither', () => {
    const names = (before: string, after: string): string[] =>
      oldestFirst(loaded(after).parsed, loaded(before).parsed).map(({ name }) => name.text);
    expect(names(catalogOf(one, other), catalogOf(other, one))).toEqual(['node20', 'node18']);
    expect(names(catalogOf(one), catalogOf(other, entry('node18'), entry('node16')))).toEqual([
      'node18',
      'node20',
      'node16',
    ]);
  });
});
