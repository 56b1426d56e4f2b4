import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookupOf, realLookup } from '../support/catalog.ts';

const ofYear2026 = realLookup(2026);

const rows = readFileSync(new URL('../fixtures/suggestions.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t') as [asked: string, suggested: string]);

const suggestedIn = (entries: Parameters<typeof lookupOf>[0], asked: string): string | undefined =>
  lookupOf(entries).suggest(asked)?.name;

const old = { state: 'deprecated' };

describe('in the catalog of 2026', () => {
  it.each(rows)('%s suggests %s', (asked, suggested) => {
    const known = ofYear2026.shortNames.get(asked);
    if (suggested.startsWith('(an alias')) return expect(known).toBeDefined();
    const meant = (known ?? ofYear2026.suggest(asked))?.name;
    expect(meant ?? '(none)').toBe(suggested);
  });

  it('suggests no deprecated entry if its family has a stable one', () => {
    for (const asked of ['python36', 'tf-python31', 'node11', 'tf-php71', 'jdk9', 'Python36'])
      expect(ofYear2026.suggest(asked)?.state).toBe('stable');
  });

  it.each([
    ['Python3.7', 'python3.7'],
    ['NODE12', 'node12'],
    ['TF-PYTHON37', 'python3.7'],
    ['Tf-Python-3.11', 'python3.11'],
    ['nod12', 'node12'],
    ['pyhton3.7', 'python3.7'],
    ['PYHTON3.11', 'python3.11'],
    ['NODE22', 'node20'],
  ])('suggests for %s, which differs in case or by a letter, %s', (asked, suggested) => {
    expect(ofYear2026.suggest(asked)?.name).toBe(suggested);
  });
});

describe('the suggested entry', () => {
  it.each([
    'tf-python311',
    'toolforge-python311',
    'toolforge-python311-sssd-base',
    'python-3-11',
    'python311-web-sssd',
    'toolforge-tf-python3.11-base-base',
  ])('is the one that differs from %s only in prefixes, suffixes, dots and dashes', (asked) => {
    expect(suggestedIn({ 'python3.11': {}, 'python3.1': {}, 'python3.12': {} }, asked)).toBe('python3.11');
  });

  it('may differ only in these, even if the name is short and the entry deprecated', () => {
    expect(suggestedIn({ 'r.1': old, r2: {} }, 'tf-r1')).toBe('r.1');
    expect(suggestedIn({ 'r.1': old, 'r-1': {}, r2: {} }, 'tf-r1')).toBe('r-1');
  });

  it('may differ only in case, which comes before prefixes, dots and dashes', () => {
    expect(suggestedIn({ 'r.1': old, 'r-1': {} }, 'R.1')).toBe('r.1');
    expect(suggestedIn({ x: { aliases: ['Tf-Debian'] } }, 'tf-debian')).toBe('x');
  });

  it('may have capitals where the asked name has none', () => {
    expect(suggestedIn({ Bookworm: {}, 'Node-20': {} }, 'bokworm')).toBe('Bookworm');
    expect(suggestedIn({ Bookworm: {}, 'Node-20': {} }, 'node22')).toBe('Node-20');
  });

  it('may be found by an alias', () => {
    expect(suggestedIn({ python2: { aliases: ['python2.7'] } }, 'tf-python27')).toBe('python2');
    expect(suggestedIn({ bookworm: { aliases: ['toolforge-debian12'] } }, 'debain12')).toBe('bookworm');
  });

  it.each([
    ['python3.10', 'python3.11'],
    ['python310', 'python3.11'],
    ['python312', 'python3.13'],
    ['python3.2', 'python3.9'],
    ['python3.11.4', 'python3.11'],
    ['python3.400', 'python3.13'],
    [`python3.${'9'.repeat(1_000)}`, 'python3.13'],
    ['python2', 'python3.13'],
    ['python', 'python3.13'],
    ['tf-python-4', 'python3.13'],
  ])('for %.20s is the nearest version of the same family, the newest of several: %s', (asked, suggested) => {
    const entries = { 'python3.9': {}, 'python3.13': {}, 'python3.11': {}, 'python3.4': old };
    expect(suggestedIn(entries, asked)).toBe(suggested);
  });

  it('is of the same family if the suffix after the version is the same', () => {
    const entries = { 'node18-slim': {}, node16: {} };
    expect(suggestedIn(entries, 'node19')).toBe('node16');
    expect(suggestedIn(entries, 'node25-slim')).toBe('node18-slim');
  });

  it('is deprecated only if no other entry is as close', () => {
    expect(suggestedIn({ 'golang1.11': old, node20: {} }, 'golang1.12')).toBe('golang1.11');
    expect(suggestedIn({ mariadb: old, mariab10: {} }, 'mariadb1')).toBe('mariadb');
    expect(suggestedIn({ 'golang1.11': old, node20: {} }, 'golnag1.11')).toBe('golang1.11');
    expect(suggestedIn({ trixie: { state: 'beta' }, trixia: old }, 'trixi')).toBe('trixie');
  });

  it('is close in spelling if it is of another family, with or without prefixes and suffixes', () => {
    expect(suggestedIn({ bookworm: {} }, 'tf-bokworm')).toBe('bookworm');
    expect(suggestedIn({ node20: { aliases: ['tf-node20'] } }, 'tff-node20')).toBe('node20');
  });

  it.each([
    'zebra',
    'x',
    'tf-',
    'toolforge--web',
    '-',
    '.',
    'nginx',
    'python'.repeat(20_000),
    `node${'9'.repeat(100_000)}x`,
  ])('is undefined if no name is close to %.20s', (asked) => {
    expect(ofYear2026.suggest(asked)).toBeUndefined();
  });

  it('is the same in any order of the catalog', () => {
    const part = fc.constantFrom('a', 'b', 'tf-', '-web', '.', '1', '2', '12', 'node');
    const name = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
    const entry = fc.tuple(name, fc.constantFrom('stable', 'deprecated'));
    fc.assert(
      fc.property(
        name,
        fc.uniqueArray(entry, { maxLength: 12, selector: ([each]) => each }),
        (asked, list) => {
          const suggested = (entries: typeof list) =>
            suggestedIn(Object.fromEntries(entries.map(([each, state]) => [each, { state }])), asked);
          expect(suggested(list)).toBe(suggested(list.toReversed()));
        },
      ),
      { numRuns: 500 },
    );
  });
});
