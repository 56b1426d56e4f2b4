import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeFault, faultsIn, listedIn, plant } from '../scripts/mutants/faults.mjs';

const planted = (source: string): string[] => faultsIn(source).map((fault) => plant(source, fault));

describe('npm run mutants', () => {
  it.each([
    ['a && b', ['a || b']],
    ['a < b', ['a <= b', 'a >= b']],
    ['a ?? b', ['a']],
    ['a?.b', ['a.b']],
    ['!a', ['a']],
    ['a.sort()', ['a']],
    ['a.some(b)', ['a.every(b)']],
    ["'text'", ["''"]],
    ['`a`', ['``']],
    ['1_000', []],
    ['[1]', ['[]', '[2]']],
    ['a ? b : c', ['true ? b : c', 'false ? b : c']],
  ])('plants the faults of %s', (expression, faults) => {
    expect(planted(`x = ${expression};`)).toEqual([';', ...faults.map((fault) => `x = ${fault};`)]);
  });

  it('plants faults in statements', () => {
    const source = 'for (const a of b) { if (a) continue; c(a); }';
    expect(planted(source)).toEqual([
      'for (const a of b) { if (true) continue; c(a); }',
      'for (const a of b) { if (false) continue; c(a); }',
      'for (const a of b) { if (a) break; c(a); }',
      'for (const a of b) { if (a) continue; ; }',
    ]);
  });

  it('plants no fault in types, imports and the names of properties', () => {
    expect(planted("import a from 'b'; type C = 'd' | 1; const e = { 'f': a };")).toEqual([]);
  });

  it.each(['equivalent', 'gravest'])('finds each fault of %s.txt in the code, and its reason', (name) => {
    const list = readFileSync(new URL(`../scripts/mutants/${name}.txt`, import.meta.url), 'utf8');
    for (const block of list.trim().split('\n\n').slice(1))
      expect(block.split('\n').length).toBeGreaterThan(2);
    const unknown = [...listedIn(list)].filter((listed) => {
      const [file = ''] = listed.split(': ');
      const source = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
      return !faultsIn(source)
        .map((fault) => describeFault(source, fault))
        .some(({ code, change }) => listed === `${file}: ${code}\n${change}`);
    });
    expect(unknown).toEqual([]);
  });
});
