import { describe, expect, it } from 'vitest';
import { LineIndex } from '../../src/catalog/positions.ts';
import { catalogsOf, lintFile } from '../../src/cli/lint-file.ts';
import { defaultPolicy } from '../../src/settings.ts';
import { usageOf } from '../support/problems.ts';

const judge = { policy: defaultPolicy, today: '2026-11-22' };

const CATALOG = [
  'node18:',
  '  state: stabel',
  '  image: registry.example.org/node18',
  "  aliases: ['node']",
  '  variants: {}',
  'node20:',
  '  state: stable',
  '  image: registry.example.org/node20',
  "  aliases: [node, 'it''s']",
  '  variants: {}',
  '',
].join('\n');

const indented = (text: string, by: number) => text.replaceAll(/^(?=.)/gm, ' '.repeat(by));

const configMap = (catalog: string, annotations = '{}') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: image-config, namespace: tf-public, annotations: ${annotations}}\ndata:\n  images-v1.yaml: |\n${indented(catalog, 4)}`;

/** The text under each problem, and under the other place that it names. */
function shown(text: string) {
  return lintFile({ file: 'x.yaml', text }, judge).problems.map((problem) => [
    problem.code,
    text.slice(problem.at.start, problem.at.end),
    'other' in problem ? new LineIndex(text).position(problem.other.start) : undefined,
  ]);
}

const AT = (line: number, column: number) => ({ line, column });

describe('lintFile', () => {
  it('places problems in a bare catalog', () => {
    expect(shown(CATALOG)).toEqual([
      ['unknown-value', 'stabel', undefined],
      ['duplicate-alias', 'node', AT(4, 13)],
      ['invalid-name', "'it''s'", undefined],
    ]);
  });

  it('places them in the manifest that holds the catalog', () => {
    expect(shown(configMap(CATALOG))).toEqual([
      ['unknown-value', 'stabel', undefined],
      ['duplicate-alias', 'node', AT(9, 17)],
      ['invalid-name', "'it''s'", undefined],
    ]);
  });

  it('places them in JSON, through its escapes', () => {
    const text = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'image-config' },
      data: { 'images-v1.yaml': `# "ü"\n${CATALOG}` },
    });
    expect(shown(text).map(([code, under]) => [code, under])).toEqual([
      ['unknown-value', 'stabel'],
      ['duplicate-alias', 'node'],
      ['invalid-name', "'it''s'"],
    ]);
  });

  it('judges every ConfigMap of a stream, the one without its key, too', () => {
    const text = `${configMap(CATALOG)}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: image-config}\ndata: {}\n`;
    expect(shown(text).map(([code]) => code)).toEqual([
      'unknown-value',
      'duplicate-alias',
      'invalid-name',
      'missing-data-key',
    ]);
  });

  it('spells out a hundred problems and counts all', () => {
    const entries = Array.from(
      { length: 150 },
      (_, i) => `n${i}: {state: beta, variants: {}, image: r.example.org/n${i}}`,
    );
    const { problems, errors, warnings } = lintFile({ file: 'x.yaml', text: entries.join('\n') }, judge);
    expect([problems.length, errors, warnings]).toEqual([100, 0, 150]);
  });
});

describe('lintFile against an old file', () => {
  const old = 'node18: {state: stable, variants: {}, image: registry.example.org/node18, aliases: [node]}\n';
  const edited = 'node18: {state: stable, variants: {}, image: registry.example.org/node18}\n';
  const against = (oldText: string, text: string) => {
    const { catalogs } = catalogsOf({ file: 'old.yaml', text: oldText });
    return lintFile({ file: 'new.yaml', text }, { ...judge, old: { file: 'old.yaml', catalogs } });
  };

  it('adds what the edit takes away, as a warning', () => {
    const { problems, errors, warnings } = against(old, edited);
    expect(problems.map(({ code }) => code)).toEqual(['alias-removed']);
    expect([errors, warnings]).toEqual([0, 1]);
  });

  it('takes either of a bare catalog and a ConfigMap for the other', () => {
    expect(against(configMap(old), edited).problems).toHaveLength(1);
    expect(against(old, configMap(edited)).problems).toHaveLength(1);
  });

  it.each([
    [
      'the old object',
      configMap(old, '{image-config.toolforge.org/acknowledge: "x, node"}'),
      configMap(edited),
    ],
    ['the new object', configMap(old), configMap(edited, '{image-config.toolforge.org/acknowledge: node}')],
  ])('knows what is acknowledged on %s', (_, before, after) => {
    expect(against(before, after).problems).toEqual([
      expect.objectContaining({ code: 'alias-removed', acknowledged: true }),
    ]);
  });

  it('is an error while somebody is known to use it', () => {
    const { catalogs } = catalogsOf({ file: 'old.yaml', text: old });
    const usage = usageOf({ shortNames: ['node'] });
    const linted = lintFile(
      { file: 'new.yaml', text: edited },
      { ...judge, old: { file: 'old.yaml', catalogs }, usage },
    );
    expect([linted.errors, linted.warnings]).toEqual([1, 0]);
  });

  it('says of a text that is no catalog only that', () => {
    expect(against(old, '[]').problems.map(({ code }) => code)).toEqual(['not-a-mapping']);
  });

  it.each(['[]', '', 'a: b: c', configMap('%')])(
    'refuses an old text that cannot be read: %j',
    (unreadable) => {
      expect(() => against(unreadable, edited)).toThrow(
        'cannot compare with old.yaml: it cannot be read as a catalog. To see why: image-config-admission lint old.yaml',
      );
    },
  );

  it('has nothing to compare with in an old catalog without entries', () => {
    expect(against('{}', edited).problems).toEqual([]);
  });

  it('refuses an old ConfigMap without its key', () => {
    const keyless = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: image-config}\n';
    expect(() => against(keyless, edited)).toThrow(
      'cannot compare with old.yaml: it has no catalog of its own',
    );
  });

  it('asks which of two old catalogs is meant', () => {
    const other = configMap(old).replace('tf-public', 'elsewhere');
    expect(against(`${configMap(old)}---\n${other}`, configMap(edited)).problems).toHaveLength(1);
    expect(() => against(`${configMap(old)}---\n${other}`, edited)).toThrow('cannot compare with old.yaml');
  });
});
