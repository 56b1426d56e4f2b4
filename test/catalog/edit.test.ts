import { describe, expect, it } from 'vitest';
import {
  type CatalogEdit,
  type EditTerms,
  isUnreadable,
  validateEdit,
  validateUnchangedText,
} from '../../src/catalog/edit.ts';
import { digestOf } from '../../src/catalog/load.ts';
import { defaultPrecedence } from '../../src/catalog/lookup.ts';
import { severityOf } from '../../src/catalog/problem.ts';
import { unknownUsage } from '../../src/catalog/usage.ts';
import { defaultPolicy } from '../../src/settings.ts';
import { catalogOf, deprecatedEntry, entry, loaded, TODAY, usageOf } from '../support/problems.ts';

const BEFORE = catalogOf(deprecatedEntry('node12', 'aliases: [tf-node12]'), entry('node20'));
const AFTER = catalogOf(entry('node20'));
const DIGITS = digestOf(BEFORE).slice(7, 19);
const IN_USE = usageOf({ entries: ['node12'] });

const validated = (edit: CatalogEdit, terms: Partial<EditTerms> = {}) =>
  validateEdit(edit, {
    policy: defaultPolicy,
    precedence: defaultPrecedence,
    today: TODAY,
    usage: unknownUsage,
    ...terms,
  });

const codes = (edit: CatalogEdit, terms: Partial<EditTerms> = {}): string[] =>
  validated(edit, terms).problems.map((problem) => `${severityOf(problem)} ${problem.code}`);

describe('an edit', () => {
  it('has the problems of the new text and those of the change', () => {
    const after = catalogOf(entry('node20', 'image: x'));
    expect(codes({ after: { text: after }, before: { text: BEFORE } })).toEqual([
      'error duplicate-key',
      ...codes({ after: { text: after } }).slice(1),
      'warning name-removed',
    ]);
  });

  it('is compared for the readers of the old text, and has its digest', () => {
    const { comparison } = validated({ after: { text: AFTER }, before: { text: BEFORE } });
    expect(comparison).toMatchObject({ kind: 'compared', digest: digestOf(BEFORE) });
    expect(comparison.kind === 'compared' && comparison.readers.map(({ label }) => label)).toEqual([
      'webservice',
      'jobs-api of 2026',
    ]);
  });

  it('is not compared without an old text, or with an unreadable one', () => {
    expect(validated({ after: { text: AFTER } }).comparison).toEqual({ kind: 'none' });
    expect(validated({ after: { text: AFTER }, before: { text: 'a: "' } }).comparison).toEqual({
      kind: 'unreadable',
    });
    expect(validated({ after: { text: 'a: "' }, before: { text: BEFORE } }).comparison).toEqual({
      kind: 'none',
    });
  });

  it('reports no change of an entry with a repeated name or field, since its new value is unknown', () => {
    const text = (own: string): string => catalogOf(entry('node12', own), entry('node20'));
    const before = { text: text('aliases: [tf-node12]') };
    const twice = `${before.text}node12:\n  state: stable\n  image: registry.example.org/other\n  variants: {}\n`;
    expect(codes({ after: { text: twice }, before })).toEqual(['error duplicate-key']);
    const field = text('aliases: [tf-node12], aliases: [other]');
    expect(codes({ after: { text: field }, before })).toEqual(['error duplicate-key']);
  });

  it('reports no change of an entry of which a part has an anchor', () => {
    const before = { text: catalogOf(entry('node12', 'aliases: [tf-node12]'), entry('node20')) };
    const after = `node12: &node\n  state: stable\n  image: &image registry.example.org/x\n  variants: {}\nnode20:\n  <<: *node\n  image: *image\n`;
    const found = codes({ after: { text: after }, before });
    expect(found.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 'error yaml-feature'));
    expect(found.slice(5).filter((code) => code.startsWith('error'))).toEqual([]);
  });

  it.each([
    ['error misspelt-field', 'node12.alias', 'alias: [tf-node12]'],
    ['error wrong-type', 'node12.aliases', 'aliases: tf-node12'],
  ])('reports no loss of what a field with %s holds', (code, field, written) => {
    const before = { text: catalogOf(entry('node12', 'aliases: [tf-node12]'), entry('node', '')) };
    const after = { text: catalogOf(entry('node12', written), entry('node', '')) };
    const { problems } = validated({ after, before });
    expect(problems.map((problem) => `${severityOf(problem)} ${problem.code}`)).toEqual([code]);
    expect(problems[0]?.field).toBe(field);
  });

  it('reports a loss of another entry than the one with a misspelt field, even if its name begins alike', () => {
    const before = { text: catalogOf(entry('node', 'aliases: [a]'), entry('node.js', 'aliases: [b]')) };
    const after = { text: catalogOf(entry('node', ''), entry('node.js', 'alias: [b]')) };
    expect(validated({ after, before }).problems.map(({ code, field }) => `${code} ${field}`)).toEqual([
      'misspelt-field node.js.alias',
      'alias-removed node.aliases',
    ]);
  });

  it('treats usage as unknown if it was computed by another text', () => {
    const edit = { after: { text: AFTER }, before: { text: BEFORE } };
    expect(codes(edit, { usage: IN_USE })).toEqual(['error name-removed']);
    expect(codes(edit, { usage: { ...IN_USE, catalogDigest: digestOf(BEFORE) } })).toEqual([
      'error name-removed',
    ]);
    expect(codes(edit, { usage: { ...IN_USE, catalogDigest: digestOf(AFTER) } })).toEqual([
      'warning name-removed',
    ]);
  });
});

describe('an acknowledged edit', () => {
  const edit = (after: string | undefined, before?: string): CatalogEdit => ({
    after: { text: AFTER, acknowledge: after },
    before: { text: BEFORE, acknowledge: before },
  });

  it.each([
    ['comes with the edit', edit('node12')],
    ['names the stored text', edit(`node12@${DIGITS}`, `node12@${DIGITS}`)],
    ['stays on the old object alone', edit(undefined, `node12@${DIGITS}`)],
    ['is given elsewhere', { ...edit(undefined), acknowledged: ['node12'] }],
  ])('has a warning alone, with the acknowledgement %s', (_, acknowledged) => {
    expect(codes(acknowledged, { usage: IN_USE })).toEqual(['warning name-removed']);
    expect(validated(acknowledged, { usage: IN_USE }).ignored).toEqual([]);
  });

  it('does not acknowledge the next edit: another text is stored then', () => {
    const next = {
      after: { text: BEFORE, acknowledge: `node20@${DIGITS}` },
      before: { text: AFTER, acknowledge: `node20@${DIGITS}` },
    };
    expect(validated(next).ignored).toEqual([]);
    const again = {
      after: { text: catalogOf(entry('node22')), acknowledge: `node20@${DIGITS}` },
      before: { text: AFTER, acknowledge: `node20@${DIGITS}` },
    };
    expect(codes(again, { usage: usageOf({ entries: ['node20'] }) })[0]).toBe('error name-removed');
    expect(validated(again).ignored).toMatchObject([{ because: 'other-text' }]);
  });

  it('reports old acknowledgements that do not count and name a loss of this edit', () => {
    expect(validated(edit('node12', 'node12'), { usage: IN_USE }).ignored).toEqual([
      { annotation: 'node12', subjects: ['node12'], because: 'old' },
    ]);
    expect(validated(edit('python2', 'python2'), { usage: IN_USE }).ignored).toEqual([]);
    const elsewhere = { ...edit('node12', 'node12'), acknowledged: ['node12'] };
    expect(validated(elsewhere, { usage: IN_USE }).ignored).toEqual([]);
    const harmless = {
      after: { text: `${BEFORE}# a comment\n`, acknowledge: 'node12' },
      before: { text: BEFORE, acknowledge: 'node12' },
    };
    expect(validated(harmless).ignored).toEqual([]);
  });
});

describe('nothing-for-jobs', () => {
  const web = (name: string) =>
    `${name}: {state: stable, variants: {webservice: {image: r.example.org/${name}, extra: {wstype: js}}}}`;
  const webOnly = catalogOf(web('a'));

  it('is an error for a document alone, and for an edit that causes it', () => {
    expect(codes({ after: { text: webOnly } })).toEqual(['error nothing-for-jobs']);
    expect(codes({ after: { text: catalogOf('a: {state: stable, variants: {}}') } })).toContain(
      'error nothing-for-jobs',
    );
    expect(codes({ after: { text: webOnly }, before: { text: AFTER } })[0]).toBe('error nothing-for-jobs');
    expect(codes({ after: { text: webOnly }, before: { text: 'a: "' } })).toEqual(['error nothing-for-jobs']);
  });

  it('is a warning if the old document has the problem, too', () => {
    expect(codes({ after: { text: catalogOf(web('a'), web('b')) }, before: { text: webOnly } })).toEqual([
      'warning nothing-for-jobs',
    ]);
  });

  it('is not reported if an entry has an image for any jobs-api, or cannot be read', () => {
    const jobs = 'b: {state: stable, variants: {jobs-framework: {image: r.example.org/b}}}';
    expect(codes({ after: { text: catalogOf(web('a'), jobs) } })).toEqual([]);
    expect(codes({ after: { text: catalogOf(web('a'), entry('b')) } })).toEqual([
      'warning no-top-level-image',
    ]);
    expect(codes({ after: { text: catalogOf(web('a'), 'b: ~') } })).not.toContain('error nothing-for-jobs');
    expect(codes({ after: { text: '{}' } })).toEqual(['error empty-catalog']);
  });

  it('never prevents a stored catalog from being served', () => {
    expect(validated({ after: { text: webOnly } }).loaded.catalog?.entries).toHaveLength(1);
  });
});

describe('immutable-config-map', () => {
  const immutable = (
    after: boolean | undefined,
    before: boolean | undefined,
    acknowledge?: string,
  ): CatalogEdit => ({
    after: { text: BEFORE, immutable: after, acknowledge },
    before: { text: BEFORE, immutable: before },
  });

  it('is an error when the object becomes immutable, or is created immutable', () => {
    expect(codes(immutable(true, undefined))).toEqual(['error immutable-config-map']);
    expect(codes(immutable(true, false))).toEqual(['error immutable-config-map']);
    expect(codes({ after: { text: BEFORE, immutable: true } })).toEqual(['error immutable-config-map']);
  });

  it('is not reported if the object is immutable already, or stays mutable', () => {
    for (const edit of [immutable(true, true), immutable(false, true), immutable(false, false)])
      expect(codes(edit)).toEqual([]);
  });

  it('is a warning once it is acknowledged', () => {
    expect(codes(immutable(true, false, 'immutable'))).toEqual(['warning immutable-config-map']);
  });

  it('is the only possible problem of an edit that does not change the text', () => {
    const bad = { text: 'a: "', immutable: true };
    expect(validateUnchangedText({ after: bad, before: { text: 'a: "' } })).toMatchObject([
      { code: 'immutable-config-map', severity: 'error', subjects: ['immutable'] },
    ]);
    expect(validateUnchangedText({ after: { text: 'a: "' }, before: { text: 'a: "' } })).toEqual([]);
  });
});

describe('isUnreadable', () => {
  it.each(['', '[]', '%', 'a: b: c', '[a]: b', '# nothing'])('is true for %j', (text) => {
    expect(isUnreadable(loaded(text))).toBe(true);
  });

  it.each(['{}', 'a: b', 'a: {}\na: {}\n'])('is false for %j, which has entries or is empty', (text) => {
    expect(isUnreadable(loaded(text))).toBe(false);
  });
});
