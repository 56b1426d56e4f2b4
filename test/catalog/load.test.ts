import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/catalog/load.ts';
import { type ProblemCode, problemCodes } from '../../src/catalog/problem.ts';
import { HOST, NEW_HOST } from '../support/catalog.ts';
import { catalogOf, entry, findingsOf, imageOf, loaded, problemsOf } from '../support/problems.ts';

const FIXTURES = new URL('../fixtures/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, FIXTURES), 'utf8');

/** Codes that a text alone cannot show: they are about an edit, or about the ConfigMap. */
const SHOWN_BY_A_REQUEST: readonly ProblemCode[] = [
  'missing-data-key',
  // `validateEdit` reports it, for an edit and for a document alone.
  'nothing-for-jobs',
  'name-removed',
  'alias-removed',
  'alias-moved',
  'reader-loses-name',
  'reader-loses-all',
  'web-type-changed',
  'url-changed',
  'removed-without-deprecation',
  'immutable-config-map',
  'config-map-deleted',
  'image-absent',
  'image-unchecked',
];

/** Codes that a bad catalog has besides its own, because the one fault implies the other. */
const COMPANIONS: Readonly<Record<string, readonly ProblemCode[]>> = {
  // The marker between two documents is also outside the common subset.
  'multiple-documents': ['yaml-feature'],
};

const registries = [HOST, NEW_HOST];

/** A misspelt registry is reported only without a list of those that are allowed. */
const settingsOf = (file: string) => (file === 'misspelt-registry.yaml' ? {} : { registries });

describe('one bad catalog for each code', () => {
  const files = readdirSync(new URL('catalogs/bad/', FIXTURES));

  it('exists for every code that a text alone can show', () => {
    const expected = problemCodes.filter((code) => !SHOWN_BY_A_REQUEST.includes(code));
    expect(files.sort()).toEqual(expected.map((code) => `${code}.yaml`).sort());
  });

  it.each(files)('%s has that problem and no other', (file) => {
    const code = file.replace('.yaml', '');
    const codes = problemsOf(read(`catalogs/bad/${file}`), settingsOf(file)).map((problem) => problem.code);
    expect(new Set(codes)).toEqual(new Set([code, ...(COMPANIONS[code] ?? [])]));
  });

  it('has its problem at the right line and column', () => {
    // The tests of catalog/yaml check the places of the reader's findings.
    const readable = files.filter((file) => !/^(yaml-|multiple-|document-)/.test(file));
    const findings = readable.map((file) => [
      file,
      ...findingsOf(read(`catalogs/bad/${file}`), settingsOf(file)),
    ]);
    expect(findings.map((lines) => lines.join('\n  ')).join('\n')).toMatchInlineSnapshot(`
      "alias-shadows-name.yaml
        16:5 alias-shadows-name python3.13.aliases[1]
      alias-shadows-repository.yaml
        16:5 alias-shadows-repository python3.13.aliases[1]
      case-collision.yaml
        15:5 case-collision python3.13.aliases[0]
      deprecation-on-stable.yaml
        13:3 deprecation-on-stable python3.9.deprecation
      duplicate-alias.yaml
        16:5 duplicate-alias python3.11.aliases[1]
      duplicate-key.yaml
        25:1 duplicate-key python3.11
      duplicate-url.yaml
        16:10 duplicate-url python3.13.image
      empty-catalog.yaml
        1:1 empty-catalog
      image-digest.yaml
        4:10 image-digest python3.11.image
      image-tag.yaml
        4:10 image-tag python3.11.image
      invalid-image.yaml
        8:14 invalid-image python3.11.variants.jobs-framework.image
      invalid-name.yaml
        4:5 invalid-name python3.11.aliases[1]
      misplaced-field.yaml
        7:3 misplaced-field python3.11.webservice
      missing-field.yaml
        1:1 missing-field python3.11.state
      misspelt-field.yaml
        2:3 misspelt-field python3.11.alias
      misspelt-registry.yaml
        6:10 misspelt-registry node20.image
      no-top-level-image.yaml
        13:1 no-top-level-image python3.13
      not-a-mapping.yaml
        1:1 not-a-mapping
      redundant-alias.yaml
        4:5 redundant-alias python3.11.aliases[1]
      registry-not-allowed.yaml
        14:10 registry-not-allowed redis.image
      removal-past.yaml
        15:14 removal-past python3.7.deprecation.removal
      replacement-deprecated.yaml
        14:18 replacement-deprecated python3.5.deprecation.replacement
      replacement-loop.yaml
        14:18 replacement-loop python3.7.deprecation.replacement
      replacement-unknown.yaml
        14:18 replacement-unknown python3.7.deprecation.replacement
      repository-on-two-hosts.yaml
        16:10 repository-on-two-hosts python3.13.image
        20:14 repository-on-two-hosts python3.13.variants.jobs-framework.image
        24:14 repository-on-two-hosts python3.13.variants.webservice.image
      reserved-name.yaml
        3:5 reserved-name python3.11.aliases[0]
      state-beta.yaml
        5:10 state-beta python3.13.state
      unknown-field.yaml
        13:3 unknown-field python3.11.webservice-defaults
      unknown-value.yaml
        11:17 unknown-value python3.11.variants.webservice.extra.wstype
      unreachable-entry.yaml
        1:1 unreachable-entry python3.11
      wrong-type.yaml
        2:12 wrong-type python3.11.aliases"
    `);
  });
});

describe('good catalogs', () => {
  it.each(readdirSync(new URL('catalogs/good/', FIXTURES)))('%s has no problem', (file) => {
    const text = read(`catalogs/good/${file}`);
    expect(problemsOf(text, { registries })).toEqual([]);
    expect(loaded(text).catalog).toBeDefined();
  });

  it.each([2025, 2026])('the realistic catalog of %i has no problem and 41 entries', (year) => {
    const text = read(`image-config/images-v1.${year}.yaml`);
    expect(problemsOf(text, { registries })).toEqual([]);
    expect(problemsOf(text)).toEqual([]);
    const { catalog } = loaded(text);
    const entries = catalog?.entries ?? [];
    expect(entries).toHaveLength(41);
    expect(entries.filter(({ state }) => state === 'deprecated')).toHaveLength(16);
    expect(entries.flatMap(({ aliases }) => aliases)).toHaveLength(year === 2025 ? 48 : 160);
  });

  it('become plain values', () => {
    const text = read('catalogs/good/flow.yaml');
    expect(loaded(text).catalog).toEqual({
      entries: [
        {
          name: 'python3.11',
          state: 'stable',
          image: `${NEW_HOST}/toolforge-python311-sssd-web`,
          aliases: ['tf-python311'],
          variants: [],
        },
        {
          name: '3.9',
          state: 'deprecated',
          image: `${HOST}/three-nine`,
          aliases: ['39', '3_9'],
          variants: [],
          deprecation: { replacement: 'python3.11', removal: '2027-03-01' },
        },
      ],
      digest: digestOf(text),
    });
  });
});

describe('loadCatalog', () => {
  it('reports all problems at once', () => {
    const text = catalogOf(
      entry('Node18', 'aliases: [tf-node, tf-node], memory: 1', 'node18'),
      entry('node18', 'aliases: [tf-node]', `${HOST}/node18:v1`),
      'node20: {state: beta, variants: {webservice: {extra: {wstype: nodejs}}}}',
      'node22:',
    );
    expect(findingsOf(text)).toEqual([
      '1:86 invalid-image Node18.image',
      '2:1 alias-shadows-repository node18',
      '2:20 duplicate-alias node18.aliases[0]',
      '2:66 image-tag node18.image',
      '3:34 missing-field node20.variants.webservice.image',
      '3:63 unknown-value node20.variants.webservice.extra.wstype',
      '4:1 wrong-type node22',
      '1:29 redundant-alias Node18.aliases[1]',
      '1:39 unknown-field Node18.memory',
      '2:1 case-collision node18',
      '3:1 unreachable-entry node20',
      '3:1 no-top-level-image node20',
      '3:17 state-beta node20.state',
    ]);
  });

  it('reports only anchors, aliases and merge keys while a part of an entry has an anchor', () => {
    const text = readFileSync(new URL('../fixtures/cli/anchored.yaml', import.meta.url), 'utf8');
    const codes = problemsOf(text).map(({ code }) => code);
    expect(codes).toEqual(Array.from({ length: 8 }, () => 'yaml-feature'));
  });

  it('accepts a catalog with warnings, and rejects one with an error', () => {
    const warned = entry('node18', 'memory: 1');
    expect(loaded(catalogOf(warned)).catalog?.entries.map(({ name }) => name)).toEqual(['node18']);
    expect(loaded(catalogOf(warned, 'node20: {}')).catalog).toBeUndefined();
  });

  it('keeps the readable entries of a faulty catalog', () => {
    const { parsed } = loaded(catalogOf(entry('node18', 'aliases: [~, tf-node18]'), 'node20: []'));
    expect(parsed.map(({ name, aliases, readable }) => [name.text, aliases.length, readable])).toEqual([
      ['node18', 1, true],
      ['node20', 0, false],
    ]);
  });

  it('takes the last of several entries of one name, as the consumers do', () => {
    const { parsed, catalog } = loaded(catalogOf(entry('node18'), entry('node18', '', `${HOST}/other`)));
    expect(catalog).toBeUndefined();
    expect(parsed.map(({ image }) => image?.text)).toEqual([`${HOST}/other`]);
  });

  it('returns the same result every time', () => {
    const text = catalogOf(
      entry('node18', 'aliases: [a, a]'),
      entry('node20', 'aliases: [a]', `${HOST}/x:1`),
      'x: 1',
    );
    expect(loaded(text)).toEqual(loaded(text));
    expect(problemsOf(text)).toEqual(problemsOf(text));
  });

  it('depends on the text, the policy and the day alone', () => {
    const text = catalogOf(
      `node12: {state: deprecated, variants: {}, image: ${imageOf('node12')}, deprecation: {removal: "2027-03-01"}}`,
    );
    expect(findingsOf(text, { today: '2027-03-01' })).toEqual([]);
    expect(findingsOf(text, { today: '2027-03-02' })).toEqual([
      '1:134 removal-past node12.deprecation.removal',
    ]);
  });

  it('keeps no state between two catalogs', () => {
    const good = catalogOf(entry('node18'));
    loaded(catalogOf('node18: {}'));
    expect(problemsOf(good)).toEqual([]);
  });
});

describe('limits', () => {
  it.each([
    ['maxBytes', { maxBytes: 40 }],
    ['maxEntries', { maxEntries: 1 }],
    ['maxDepth', { maxDepth: 1 }],
  ])('%s leaves no other problem', (_, policy) => {
    const text = catalogOf('node18: {state: none}', 'node20: {state: none}');
    expect(problemsOf(text, policy)).toMatchObject([{ code: 'document-limit', severity: 'error', line: 1 }]);
    expect(loaded(text, policy)).toMatchObject({ parsed: [] });
  });
});

describe('the digest', () => {
  const sha256 = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

  it.each(['utf-8-comments.yaml', 'crlf.yaml'])('of %s is that of its bytes', (file) => {
    const bytes = readFileSync(new URL(`catalogs/good/${file}`, FIXTURES));
    expect(loaded(bytes.toString('utf8')).catalog?.digest).toBe(sha256(bytes));
  });

  it('differs with one byte', () => {
    const text = catalogOf(entry('node18'));
    expect(digestOf(`${text}\n`)).not.toBe(digestOf(text));
    expect(digestOf('')).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});
