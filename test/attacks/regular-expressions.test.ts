import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { regularExpressionsIn } from './regular-expressions/literals.ts';
import { attackOn } from './regular-expressions/running-time.ts';

const src = new URL('../../src/', import.meta.url);
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, ...regularExpressionsIn(readFileSync(new URL(path, src), 'utf8')) }));

const literals = files.flatMap(({ path, literals: found }) => found.map((literal) => ({ path, ...literal })));

describe('the regular expressions of src', () => {
  it('are more than 60, and 0 of them can be made to take more than linear time', () => {
    expect(literals.length).toBeGreaterThan(60);
    const slow = literals.flatMap(({ path, source, flags }) => {
      const attack = attackOn({ source, flags });
      return attack ? [{ path, expression: `/${source}/${flags}`, ...attack }] : [];
    });
    expect(slow).toEqual([]);
  });

  it('are all written as literals: 0 are made while the program runs, where nobody could judge them', () => {
    expect(files.flatMap(({ path, made }) => made.map((code) => `${path}: ${code}`))).toEqual([]);
  });
});

/** A check that cannot fail is no check. */
describe('the judge of regular expressions', () => {
  it.each([
    [/(a+)+$/, 'exponential'],
    [/^(a+)+$/, 'exponential'],
    [/^(a*)*$/, 'exponential'],
    [/^(a|a)*$/, 'exponential'],
    [/^(a|ab|b)*$/, 'exponential'],
    [/^(?:a?b?)*$/, 'exponential'],
    [/^(\w|\d)+!/, 'exponential'],
    [/^([a-z]+\.?)+@/i, 'exponential'],
    [/^(?:[\w-]{1,3}){1,}!/, 'exponential'],
    [/^(?=(a+)+b)/, 'exponential'],
    [/^a*a*$/, 'polynomial'],
    [/^\d+\d+x/, 'polynomial'],
    [/^\s*,?\s*$/, 'polynomial'],
    [/^.*,.*,.*;/, 'polynomial'],
    [/\s+$/, 'polynomial'],
    [/[^a-z0-9]+$/, 'polynomial'],
    [/_PORT(_[A-Z_]+)?$/, 'polynomial'],
    [/a.*b/, 'polynomial'],
    [/x*(?=y*z)/, 'polynomial'],
    [/\p{L}+\p{Lu}+!/u, 'polynomial'],
  ])('finds an attack on %s', (expression, growth) => {
    expect(attackOn(expression)?.growth).toBe(growth);
  });

  it.each([
    /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
    /^(?:a|b)*$/,
    /^(a+b)+$/,
    /^a{0,63}a{0,63}$/,
    /^\s*,\s*$/,
    /^ *[^ ]/m,
    /\r$/,
    /a\d+$/,
    /^"(?:[^"\\]|\\.)*"$/,
    /(?![\t\n])\p{Cc}/u,
  ])('finds none on %s', (expression) => {
    expect(attackOn(expression)).toBeUndefined();
  });

  it.each([
    [/(a)\1/, 'back reference'],
    [/(?<=a)b/, 'looking behind'],
  ])('does not judge %s', (expression, words) => {
    expect(() => attackOn(expression)).toThrow(words);
  });

  it('says with which text', () => {
    expect(attackOn(/^x(a+)+$/)).toEqual({ growth: 'exponential', before: 'xa', again: 'a' });
    expect(attackOn(/^x(ab)*(a|b)*$/)).toEqual({ growth: 'polynomial', before: 'xa', again: 'ba' });
  });

  it('finds expressions wherever they stand, and takes no division for one', () => {
    const found = regularExpressionsIn(`
      const ratio = 4 / 2 / 1; // /comment/
      const type = value as string; const text = '/string/' + \`/template/\`;
      const inner = \`\${text.replace(/in(side)?/g, '')}\`;
      function* f(): Iterable<RegExp> { if (ratio) yield /one/u; return /[/]/i.test(text) ? /two\\// : undefined; }
      text.match('made of text'); text.search(pattern()); new RegExp(text); RegExp('a'); globalThis.RegExp(text);
    `);
    expect(found.literals.map(({ source, flags }) => `/${source}/${flags}`)).toEqual([
      '/in(side)?/g',
      '/one/u',
      '/[/]/i',
      '/two\\//',
    ]);
    expect(found.made).toHaveLength(5);
  });
});
