import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { steepness } from './regular-expressions/growth.ts';
import { regularExpressionsOfJsYaml } from './regular-expressions/js-yaml.ts';
import { type Literal, regularExpressionsIn } from './regular-expressions/literals.ts';
import { type Attack, attackOn } from './regular-expressions/running-time.ts';
import { keywordsIn, schemasOfSrc } from './regular-expressions/schemas.ts';

const src = new URL('../../src/', import.meta.url);
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, ...regularExpressionsIn(readFileSync(new URL(path, src), 'utf8')) }));

const literals = files.flatMap(({ path, literals: found }) => found.map((literal) => ({ path, ...literal })));

/** The expressions that can be slow, with an attack on each. */
const slowAmong = <T extends Literal>(expressions: readonly T[]): { of: T; attack: Attack }[] =>
  expressions.flatMap((of) => {
    const attack = attackOn(of);
    return attack ? [{ of, attack }] : [];
  });

describe('the regular expressions of src', () => {
  it('are more than 60, and 0 of them can take more than linear time', () => {
    expect(literals.length).toBeGreaterThan(60);
    expect(slowAmong(literals)).toEqual([]);
  });

  it('are all literals: 0 are made at run time', () => {
    expect(files.flatMap(({ path, made }) => made.map((code) => `${path}: ${code}`))).toEqual([]);
  });

  it('are not hidden in schemas: more than 6 schemas have 0 keywords from which ajv makes one', async () => {
    const schemas = await schemasOfSrc();
    expect(schemas.length).toBeGreaterThan(6);
    expect(schemas.flatMap((schema) => keywordsIn(schema))).toEqual([]);
  });
});

/** Expressions that the analysis reports in error, with the reason. A test below measures them. */
const FALSE_ALARMS: ReadonlyMap<string, string> = new Map([
  ['(\\n+)([^\\n]*)', 'a match wherever it begins: it never has to try another way'],
]);

describe('the regular expressions of js-yaml, which reads catalogs', () => {
  const { literals: written, loaded, made } = regularExpressionsOfJsYaml();
  const all = [...written, ...loaded];

  it('all exist when it has loaded: 0 are made from its input', () => {
    expect(loaded.length).toBeGreaterThan(20);
    expect(made).toHaveLength(loaded.length);
  });

  it('are more than 40, and only those listed can take more than linear time', () => {
    expect(all.length).toBeGreaterThan(40);
    const sources = slowAmong(all).map(({ of }) => of.source);
    expect([...new Set(sources)]).toEqual([...FALSE_ALARMS.keys()]);
  });

  const alarms = slowAmong(all).map((one) => ({ ...one, why: FALSE_ALARMS.get(one.of.source) }));
  it.each(alarms)(
    'take linear time all the same where they are listed: $of.source, $why',
    ({ of, attack }) => {
      expect(steepness(new RegExp(of.source, of.flags), attack)).toBeLessThan(3);
    },
  );
});

/** The analysis must find planted attacks. */
describe('the analysis of regular expressions', () => {
  const planted = [
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
    [/^(?:(?!:)\S#*)*$/, 'exponential'],
    [/^(?:(?!a#)[^:]#*)*$/, 'exponential'],
  ] as const;

  it.each(planted)('finds an attack on %s', (expression, growth) => {
    expect(attackOn(expression)?.growth).toBe(growth);
  });

  it.each(planted)(
    'is right about %s: a text 8 times as long takes more than 24 times the time',
    (expression) => {
      const attack = attackOn(expression);
      expect(attack && steepness(expression, attack)).toBeGreaterThan(3);
    },
  );

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
    /^(?:(?![:#])\S#*)*$/,
    /^(?:(?:(?!#|[:])(?:(?!;)\S))#*)*$/,
  ])('finds no attack on %s', (expression) => {
    expect(attackOn(expression)).toBeUndefined();
  });

  it.each([
    [/(a)\1/, 'back reference'],
    [/(?<=a)b/, 'lookbehind'],
  ])('rejects %s, which it does not support', (expression, words) => {
    expect(() => attackOn(expression)).toThrow(words);
  });

  it('names the text of an attack', () => {
    expect(attackOn(/^x(a+)+$/)).toEqual({ growth: 'exponential', before: 'xa', again: 'a' });
    expect(attackOn(/^x(ab)*(a|b)*$/)).toEqual({ growth: 'polynomial', before: 'xa', again: 'ba' });
    expect(attackOn(/^(?:a?b?)*$/)).toEqual({ growth: 'exponential', before: 'ab', again: 'ab' });
  });

  it('finds all expressions in code, and mistakes no division for one', () => {
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

  it.each([
    'text.match(name)',
    'text?.search(name)',
    "text['matchAll'](name)",
    'const name = pattern(); text.match(name)',
    'let name = /a/; text.match(name)',
    'const name = /a/; const f = (name: string) => text.match(name)',
    'const name = /a/; for (const { name } of texts) text.search(name)',
    "import { name } from './elsewhere.ts'; text.matchAll(name)",
    'const make = RegExp',
    'Reflect.construct(RegExp, [text])',
    "globalThis['RegExp'](text)",
  ])('reports that an expression may be made at run time by %s', (code) => {
    expect(regularExpressionsIn(code).made).toHaveLength(1);
  });

  it.each([
    'const name = /a/g; for (const one of text.matchAll(name)) use(one)',
    'text.match(/a/)',
    'const f = (name: RegExp): RegExp => name',
    'text.split(name).includes(name)',
  ])('reports no expression made by %s', (code) => {
    expect(regularExpressionsIn(code).made).toEqual([]);
  });

  it('finds the keywords of a schema from which ajv makes one, and mistakes no field of that name for one', () => {
    const text = { type: 'string', format: 'date' };
    const schema = {
      properties: { pattern: text, format: { type: 'string' } },
      anyOf: [{ patternProperties: {} }],
    };
    expect(keywordsIn(schema)).toEqual(['/properties/pattern/format', '/anyOf/0/patternProperties']);
  });
});
