import { describe, expect, it } from 'vitest';
import { withAdvice } from '../../src/catalog/advice.ts';
import { deprecationFact, type Entry } from '../../src/catalog/entry.ts';
import { loadCatalog } from '../../src/catalog/load.ts';
import { defaultPolicy } from '../../src/settings.ts';
import { realLookup } from '../support/catalog.ts';

const entry = (name: string, state = 'stable', more: Partial<Entry> = {}): Entry => ({
  name,
  state,
  aliases: [],
  variants: [],
  ...more,
});

/** The newer entry of each deprecated one. */
const newerIn = (...entries: readonly Entry[]) =>
  Object.fromEntries(
    withAdvice(entries, undefined)
      .filter(({ state }) => state === 'deprecated')
      .map(({ name, newer }) => [name, newer]),
  );

describe('a deprecated entry without a replacement', () => {
  it('gets the newest stable entry of its family as `newer`', () => {
    expect(
      newerIn(
        entry('python3.9'),
        entry('python3.13'),
        entry('python3.11'),
        entry('python3.7', 'deprecated'),
        entry('python2', 'deprecated'),
      ),
    ).toEqual({ 'python3.7': 'python3.13', python2: 'python3.13' });
  });

  it('gets none if the newest stable entry is not newer', () => {
    expect(
      newerIn(
        entry('node16'),
        entry('node20', 'deprecated'),
        entry('node16.0', 'deprecated'),
        entry('node9', 'deprecated'),
      ),
    ).toEqual({ node20: undefined, 'node16.0': undefined, node9: 'node16' });
  });

  it('gets none of another family or state, and not itself', () => {
    expect(
      newerIn(
        entry('php7.3', 'deprecated'),
        entry('php8.2-slim'),
        entry('php8.4', 'beta'),
        entry('phpx9'),
        entry('php8.3', 'deprecated'),
      ),
    ).toEqual({ 'php7.3': undefined, 'php8.3': undefined });
  });

  it('gets one with the same suffix after the version', () => {
    expect(newerIn(entry('node16-slim', 'deprecated'), entry('node18-slim'), entry('node20'))).toEqual({
      'node16-slim': 'node18-slim',
    });
  });

  it('gets none if its name has no version', () => {
    expect(newerIn(entry('buster', 'deprecated'), entry('bullseye'), entry('buster-standalone'))).toEqual({
      buster: undefined,
    });
  });

  it('gets the same one in any order of the catalog', () => {
    const entries = [entry('php8.2'), entry('php8.02'), entry('php7.3', 'deprecated'), entry('php8.1')];
    expect(newerIn(...entries)).toEqual({ 'php7.3': 'php8.02' });
    expect(newerIn(...entries.toReversed())).toEqual({ 'php7.3': 'php8.02' });
  });
});

it('an entry with a replacement gets no newer entry', () => {
  const old = entry('node16', 'deprecated', { deprecation: { replacement: 'node18' } });
  expect(withAdvice([old, entry('node20'), entry('node18')], undefined)[0]).toEqual(old);
});

it('deprecated entries without a page get the general page', () => {
  const url = 'https://example.org/images';
  const own = entry('b', 'deprecated', { deprecation: { url: 'https://example.org/b' } });
  expect(withAdvice([entry('a', 'deprecated'), own, entry('c')], url)).toEqual([
    { ...entry('a', 'deprecated'), helpUrl: url },
    own,
    entry('c'),
  ]);
});

it('loadCatalog adds the advice', () => {
  const text = 'node16: {state: deprecated, variants: {}}\nnode20: {state: stable, variants: {}}\n';
  const load = (deprecationUrl?: string) =>
    loadCatalog(text, { ...defaultPolicy, deprecationUrl }, '2026-11-30').catalog?.entries[0];
  expect(load()).toEqual(entry('node16', 'deprecated', { newer: 'node20' }));
  expect(load('https://example.org')).toEqual(
    entry('node16', 'deprecated', { newer: 'node20', helpUrl: 'https://example.org' }),
  );
});

it('the catalogs of 2025 and 2026 get the advice that a maintainer would follow', () => {
  const facts = (year: 2025 | 2026) =>
    realLookup(year)
      .catalog.entries.map((each) => deprecationFact(each))
      .filter((fact) => fact !== undefined);
  expect(facts(2026)).toEqual([
    'bullseye-standalone is deprecated',
    'buster-standalone is deprecated',
    'golang1.11 is deprecated',
    'jdk11 is deprecated; newer: jdk21',
    'jdk8 is deprecated; newer: jdk21',
    'node10 is deprecated; newer: node20',
    'node12 is deprecated; newer: node20',
    'node6 is deprecated; newer: node20',
    'php5.6 is deprecated; newer: php8.4',
    'php7.2 is deprecated; newer: php8.4',
    'php7.3 is deprecated; newer: php8.4',
    'python2 is deprecated; newer: python3.13',
    'python3.4 is deprecated; newer: python3.13',
    'python3.5 is deprecated; newer: python3.13',
    'python3.7 is deprecated; newer: python3.13',
    'ruby2.5 is deprecated; newer: ruby3.3',
  ]);
  expect(facts(2025)).toEqual(facts(2026));
});
