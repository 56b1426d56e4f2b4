import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CatalogFix, catalogFixes } from '../../src/catalog/fix.ts';
import { loadCatalog } from '../../src/catalog/load.ts';
import type { Problem } from '../../src/catalog/problem.ts';
import { withEdits } from '../../src/catalog/text-edit.ts';
import { defaultPolicy } from '../../src/settings.ts';

const problemsOf = (text: string): readonly Problem[] =>
  loadCatalog(text, defaultPolicy, '2026-11-30').problems;
const fixesOf = (text: string): readonly CatalogFix[] => catalogFixes(text, problemsOf);
const fixed = (text: string): string => withEdits(text, fixesOf(text));

const entry = (fields: string): string => `a:\n  state: stable\n  variants: {}\n${fields}`;

describe('the fixes of a catalog', () => {
  it.each([
    ['  image: r.example/a:latest\n', '  image: r.example/a\n'],
    ['  image: "r.example/a:latest"  # x\n', '  image: "r.example/a"  # x\n'],
    ['  image: r.example/a\n  alises: [b]\n', '  image: r.example/a\n  aliases: [b]\n'],
    ['  image: r.example/a\n  aliases: [1_0, b]\n', '  image: r.example/a\n  aliases: ["1_0", b]\n'],
    ['  image: r.example/a\n  aliases: [b, b]\n', '  image: r.example/a\n  aliases: [b]\n'],
    ['  image: r.example/a\n  aliases: [a, b, c]\n', '  image: r.example/a\n  aliases: [b, c]\n'],
    ['  image: r.example/a\n  aliases: [b, a, c]\n', '  image: r.example/a\n  aliases: [b, c]\n'],
    ['  image: r.example/a\n  aliases: [b , "a" ]\n', '  image: r.example/a\n  aliases: [b  ]\n'],
    [
      '  image: r.example/a\n  aliases:\n  - b\n  - a\n  - c\n',
      '  image: r.example/a\n  aliases:\n  - b\n  - c\n',
    ],
    [
      '  image: r.example/a\n  aliases:\n    - b # one\n    - b # two\n',
      '  image: r.example/a\n  aliases:\n    - b # one\n    # two\n',
    ],
    [
      '  image: r.example/a\n  aliases:\r\n  - b\r\n  - a\r\n',
      '  image: r.example/a\n  aliases:\r\n  - b\r\n',
    ],
    ['  image: r.example/a\n  aliases:\n  - b\n  - a', '  image: r.example/a\n  aliases:\n  - b\n'],
  ])('turn %j into %j', (before, after) => {
    expect(fixed(entry(before))).toBe(entry(after));
  });

  it('write the one state that is near, in the same quotes', () => {
    expect(fixed('a: {state: "stabel", image: r.example/a, variants: {}}\n')).toBe(
      'a: {state: "stable", image: r.example/a, variants: {}}\n',
    );
  });

  it('quote the name of an entry, and a date', () => {
    const text =
      '3.9:\n  state: deprecated\n  image: r.example/a\n  variants: {}\n  deprecation: {removal: 2027-03-01}\n';
    expect(fixed(text)).toBe(text.replace('3.9', '"3.9"').replace('2027-03-01', '"2027-03-01"'));
    expect(problemsOf(fixed(text))).toEqual([]);
  });

  it.each([
    ['another tag', entry('  image: r.example/a:v1\n')],
    ['a digest', entry('  image: r.example/a@sha256:0123\n')],
    [
      'the alias of another entry',
      `${entry('  image: r.example/a\n  aliases: [b]\n')}b: {state: stable, image: r.example/b, variants: {}}\n`,
    ],
    ['a list that would be empty', entry('  image: r.example/a\n  aliases:\n  - a\n')],
    ['a number in an unknown field', entry('  image: r.example/a\n  webservice-defaults: {memory: 1_0}\n')],
    ['a word that nothing is near', 'a: {state: broken, image: r.example/a, variants: {}}\n'],
    ['a field that is there already', entry('  image: r.example/a\n  imagee: r.example/b\n')],
    ['a text that is no YAML', 'a: [\n'],
  ])('leave %s', (_, text) => {
    expect(fixesOf(text)).toEqual([]);
  });

  it('leave a fix that would bring another problem', () => {
    const text = `${entry('  image: r.example/a:latest\n')}b: {state: stable, image: r.example/a, variants: {}}\n`;
    expect(fixed(text)).toBe(text.replace(':latest', ''));
    expect(problemsOf(text).length).toBeGreaterThan(problemsOf(fixed(text)).length);
    expect(fixesOf('a: {stat: stabel, image: r.example/a, variants: {}}\n')).toEqual([]);
  });

  const folder = new URL('../fixtures/catalogs/bad/', import.meta.url);
  it.each(readdirSync(folder))('of %s leave fewer problems, and nothing to fix', (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    const once = fixed(text);
    if (once !== text) expect(problemsOf(once).length).toBeLessThan(problemsOf(text).length);
    expect(fixed(once)).toBe(once);
  });
});
