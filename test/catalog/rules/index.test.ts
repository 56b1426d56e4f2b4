import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rules } from '../../../src/catalog/rules/index.ts';

const RULES = new URL('../../../src/catalog/rules/', import.meta.url);

const camelCase = (file: string): string =>
  file.replace(/\.ts$/, '').replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());

describe('the list of rules', () => {
  it('names every file of its folder once', () => {
    const files = readdirSync(RULES).filter((file) => file !== 'index.ts' && file !== 'rule.ts');
    expect(rules.map((rule) => rule.name).sort()).toEqual(files.map(camelCase).sort());
  });

  it('finds no problem in a catalog without entries', () => {
    const policy = {
      maxBytes: 1,
      maxEntries: 1,
      maxDepth: 1,
      states: [],
      registries: ['registry.example.org'],
    };
    const problems = rules.flatMap((rule) => [...rule({ entries: [], policy, today: '2026-11-22' })]);
    expect(problems).toEqual([]);
  });
});
