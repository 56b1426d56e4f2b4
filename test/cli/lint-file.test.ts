import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/catalog/load.ts';
import { defaultPrecedence } from '../../src/catalog/lookup.ts';
import { LineIndex } from '../../src/catalog/positions.ts';
import { describe as describeProblem } from '../../src/catalog/problem-message.ts';
import { catalogsOf, lintFile } from '../../src/cli/lint-file.ts';
import { defaultPolicy } from '../../src/settings.ts';
import { usageOf } from '../support/problems.ts';

const terms = { policy: defaultPolicy, today: '2026-11-22' };

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
  return lintFile({ file: 'x.yaml', text }, terms).problems.map((problem) => [
    problem.code,
    text.slice(problem.at.start, problem.at.end),
    'other' in problem ? new LineIndex(text).position(problem.other.start) : undefined,
  ]);
}

const AT = (line: number, column: number) => ({ line, column });

describe('lintFile', () => {
  it('gives positions in a bare catalog', () => {
    expect(shown(CATALOG)).toEqual([
      ['unknown-value', 'stabel', undefined],
      ['duplicate-alias', 'node', AT(4, 13)],
      ['invalid-name', "'it''s'", undefined],
    ]);
  });

  it('gives positions in the manifest that holds the catalog', () => {
    expect(shown(configMap(CATALOG))).toEqual([
      ['unknown-value', 'stabel', undefined],
      ['duplicate-alias', 'node', AT(9, 17)],
      ['invalid-name', "'it''s'", undefined],
    ]);
  });

  it('gives positions in a JSON manifest, behind escapes, too', () => {
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

  it('names lines of the file in a remedy, also for a catalog in a ConfigMap', () => {
    const text = configMap('node18:\nstate: stable\nvariants: {}\n');
    const [problem] = lintFile({ file: 'x.yaml', text }, terms).problems;
    const lines = new LineIndex(text);
    expect(problem && describeProblem(problem, (offset) => lines.position(offset).line).remedy).toBe(
      `indent lines ${lines.position(text.indexOf('state:')).line} to ${lines.position(text.indexOf('variants:')).line}`,
    );
  });

  it('names the line of the file that has the lost name of an entry in a comment', () => {
    const text = configMap(CATALOG.replace('node20:', '#node20:').replace('stabel', 'stable'));
    const [problem] = lintFile({ file: 'x.yaml', text }, terms).problems;
    if (!problem) throw new Error('no problem');
    const lines = new LineIndex(text);
    expect(describeProblem(problem, (offset) => lines.position(offset).line).remedy).toBe(
      `delete the # before \`node20:\` (line ${text.split('\n').indexOf('    #node20:') + 1}), or delete the fields below it, too`,
    );
  });

  it('validates every ConfigMap of a stream, including one without the data key', () => {
    const text = `${configMap(CATALOG)}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: image-config}\ndata: {}\n`;
    expect(shown(text).map(([code]) => code)).toEqual([
      'unknown-value',
      'duplicate-alias',
      'invalid-name',
      'missing-data-key',
    ]);
  });

  it('lists a hundred problems and counts all', () => {
    const entries = Array.from(
      { length: 150 },
      (_, i) => `n${i}: {state: beta, variants: {}, image: r.example.org/n${i}}`,
    );
    const { problems, errors, warnings } = lintFile({ file: 'x.yaml', text: entries.join('\n') }, terms);
    expect([problems.length, errors, warnings]).toEqual([100, 0, 150]);
  });
});

describe('lintFile against an old file', () => {
  const old = 'node18: {state: stable, variants: {}, image: registry.example.org/node18, aliases: [node]}\n';
  const edited = 'node18: {state: stable, variants: {}, image: registry.example.org/node18}\n';
  const against = (oldText: string, text: string, acknowledged: readonly string[] = []) => {
    const change = { precedence: defaultPrecedence, acknowledged };
    const { catalogs } = catalogsOf({ file: 'old.yaml', text: oldText });
    return lintFile(
      { file: 'new.yaml', text },
      { ...terms, change: { ...change, old: { file: 'old.yaml', catalogs } } },
    );
  };

  it('adds warnings about losses, and the readers that the edit was compared for', () => {
    const { problems, errors, warnings, readers } = against(old, edited);
    expect(problems.map(({ code }) => code)).toEqual(['alias-removed']);
    expect([errors, warnings]).toEqual([0, 1]);
    expect(readers).toEqual(['webservice', 'jobs-api of 2026']);
  });

  it('names the readers of all catalogs of a stream once, and none without a comparison', () => {
    const of2025 =
      'node18: {state: stable, variants: {jobs-framework: {image: registry.example.org/node18}}}\n';
    const elsewhere = configMap(of2025).replace('tf-public', 'elsewhere');
    const stream = `${configMap(old)}---\n${elsewhere}`;
    expect(against(stream, stream).readers).toEqual([
      'webservice',
      'jobs-api of 2026',
      'jobs-api until 2025',
    ]);
    expect(against(old, '[]')).not.toHaveProperty('readers');
    expect(lintFile({ file: 'x.yaml', text: old }, terms)).not.toHaveProperty('readers');
  });

  it('compares a bare catalog with a ConfigMap, and the other way round', () => {
    expect(against(configMap(old), edited).problems).toHaveLength(1);
    expect(against(old, configMap(edited)).problems).toHaveLength(1);
  });

  const acknowledging = (value: string) => `{image-config.toolforge.org/acknowledge: "${value}"}`;
  const stored = digestOf(old).slice('sha256:'.length, 'sha256:'.length + 12);

  it.each([
    ['on the new object', configMap(old), configMap(edited, acknowledging('x, node'))],
    [
      'on the new object, of the old text',
      configMap(old),
      configMap(edited, acknowledging(`node@${stored}`)),
    ],
    ['on the old object, of its text', configMap(old, acknowledging(`node@${stored}`)), configMap(edited)],
  ])('counts an acknowledgement %s', (_, before, after) => {
    const { problems, warnings, unacknowledged } = against(before, after);
    expect(problems).toEqual([expect.objectContaining({ code: 'alias-removed', acknowledged: true })]);
    expect([warnings, unacknowledged]).toEqual([1, 0]);
  });

  it.each([
    ['on the old object alone', configMap(old, acknowledging('node')), configMap(edited)],
    ['of another text', configMap(old), configMap(edited, acknowledging('node@000000000000'))],
  ])('does not count an acknowledgement %s', (_, before, after) => {
    expect(against(before, after).problems).toEqual([
      expect.objectContaining({ code: 'alias-removed', acknowledged: false }),
    ]);
  });

  it('counts subjects acknowledged in addition to the annotations', () => {
    expect(against(old, edited, ['node'])).toMatchObject({ warnings: 1, unacknowledged: 0 });
    expect(against(old, edited, ['node18'])).toMatchObject({ warnings: 1, unacknowledged: 1 });
  });

  it('reports a loss as an error while a workload uses the name', () => {
    const { catalogs } = catalogsOf({ file: 'old.yaml', text: old });
    const usage = usageOf({ shortNames: ['node'] });
    const change = { old: { file: 'old.yaml', catalogs }, usage, precedence: defaultPrecedence };
    const linted = lintFile({ file: 'new.yaml', text: edited }, { ...terms, change });
    expect([linted.errors, linted.warnings]).toEqual([1, 0]);
  });

  it('warns when the old catalog has no image for jobs either, and reports an error when the edit causes it', () => {
    const image = 'registry.example.org/web';
    const web = `web: {state: stable, variants: {webservice: {image: ${image}, extra: {wstype: js}}}}\n`;
    const nothing = (oldText: string) =>
      against(oldText, web).problems.filter(({ code }) => code === 'nothing-for-jobs');
    expect(nothing(web)).toEqual([expect.objectContaining({ severity: 'warning' })]);
    expect(nothing(old)).toEqual([expect.objectContaining({ severity: 'error' })]);
    expect(lintFile({ file: 'x.yaml', text: web }, terms).problems).toEqual([
      expect.objectContaining({ code: 'nothing-for-jobs', severity: 'error' }),
    ]);
  });

  it('reports no loss for a new text that is not a catalog', () => {
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

  it('reports no loss for an old catalog without entries', () => {
    expect(against('{}', edited).problems).toEqual([]);
  });

  it('refuses an old ConfigMap without its key', () => {
    const keyless = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: image-config}\n';
    expect(() => against(keyless, edited)).toThrow(
      'cannot compare with old.yaml: it has no catalog of its own',
    );
  });

  it('refuses two old catalogs without a ConfigMap of the same name', () => {
    const other = configMap(old).replace('tf-public', 'elsewhere');
    expect(against(`${configMap(old)}---\n${other}`, configMap(edited)).problems).toHaveLength(1);
    expect(() => against(`${configMap(old)}---\n${other}`, edited)).toThrow('cannot compare with old.yaml');
  });
});

describe('lintFile of an immutable ConfigMap', () => {
  const good = 'node18: {state: stable, variants: {}, image: registry.example.org/node18}\n';
  const immutable = `${configMap(good)}immutable: true\n`;
  const linted = (text: string, oldText?: string, acknowledged: readonly string[] = []) => {
    const old = oldText === undefined ? [] : catalogsOf({ file: 'old.yaml', text: oldText }).catalogs;
    const change = { old: { file: 'old.yaml', catalogs: old }, precedence: defaultPrecedence, acknowledged };
    return lintFile({ file: 'new.yaml', text }, { ...terms, ...(oldText !== undefined && { change }) });
  };

  it('reports an error at the field', () => {
    expect(shown(immutable)).toEqual([['immutable-config-map', 'immutable', undefined]]);
    expect(linted(immutable, configMap(good))).toMatchObject({ errors: 1, warnings: 0 });
  });

  it('reports a warning when `immutable` is acknowledged in an annotation or an option', () => {
    const annotated = `${configMap(good, '{image-config.toolforge.org/acknowledge: immutable}')}immutable: true\n`;
    for (const its of [linted(annotated, configMap(good)), linted(immutable, configMap(good), ['immutable'])])
      expect(its).toMatchObject({ errors: 0, warnings: 1, unacknowledged: 0 });
  });

  it('reports nothing when the old ConfigMap is immutable, too', () => {
    expect(linted(immutable, immutable).problems).toEqual([]);
  });
});
