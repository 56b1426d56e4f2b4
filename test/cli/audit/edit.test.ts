import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Usage } from '../../../src/catalog/changes.ts';
import { digestOf } from '../../../src/catalog/load.ts';
import { defaultPrecedence } from '../../../src/catalog/lookup.ts';
import type { CatalogInForce } from '../../../src/cli/audit/catalog-in-force.ts';
import { judgeEdit } from '../../../src/cli/audit/edit.ts';
import { defaultPolicy } from '../../../src/settings.ts';
import { rawCatalogs, textOf } from '../../support/arbitrary-catalogs.ts';
import { configMap, judged, updateOf } from '../../support/image-config.ts';
import { entry, loaded, TODAY, usageOf } from '../../support/problems.ts';

const terms = { policy: defaultPolicy, precedence: defaultPrecedence, today: TODAY };
const DOMAIN = 'image-config.toolforge.org';

type Annotations = Record<string, string>;

function inForce(text: string, annotations: Annotations = {}): CatalogInForce {
  const { catalog } = loaded(text);
  if (!catalog) throw new Error(`no catalog: ${text}`);
  const found = {
    text,
    label: 'ConfigMap tf-public/image-config',
    annotations: new Map(Object.entries(annotations).map(([key, value]) => [`${DOMAIN}/${key}`, value])),
    offsetInFile: (offset: number) => offset,
  };
  return { from: 'tf-public/image-config', found, catalog };
}

const verdictOn = (file: string, old: CatalogInForce, usage: Usage) =>
  judgeEdit({ file: 'new.yaml', text: file }, old, usage, terms).verdict;

describe('an edit', () => {
  const old = `${entry('node18', 'aliases: [tf-node]')}\n`;
  const edited = `${entry('node18')}\n`;
  const inUse = usageOf({ shortNames: ['tf-node'] });

  it('is refused for what is in use, in a bare catalog and in a manifest', () => {
    expect(verdictOn(edited, inForce(old), inUse)).toBe('refused');
    expect(verdictOn(JSON.stringify(configMap(edited)), inForce(old), inUse)).toBe('refused');
  });

  it('is accepted where nobody uses what it takes away, or it has been acknowledged', () => {
    expect(verdictOn(edited, inForce(old), usageOf({}))).toBe('accepted');
    expect(verdictOn(edited, inForce(old, { acknowledge: 'tf-node' }), inUse)).toBe('accepted');
    expect(
      verdictOn(JSON.stringify(configMap(edited, { acknowledge: 'tf-node' })), inForce(old), inUse),
    ).toBe('accepted');
  });

  it('is undecided where who uses what it takes away is not known, unless that is acknowledged', () => {
    const partly = { ...usageOf({}), known: false };
    expect(verdictOn(edited, inForce(old), partly)).toBe('undecided');
    expect(verdictOn(edited, inForce(old, { acknowledge: 'tf-node' }), partly)).toBe('accepted');
    expect(verdictOn(`${old}${entry('node20')}\n`, inForce(old), partly)).toBe('accepted');
    expect(verdictOn(edited, inForce(old), { ...inUse, known: false })).toBe('refused');
  });

  it('has no catalog by which anything could be told where its own text has errors', () => {
    const { catalog, findings } = judgeEdit({ file: 'x', text: '{}' }, inForce(old), inUse, terms);
    expect([catalog, findings.errors]).toEqual([undefined, 1]);
  });
});

const maybe = (value: fc.Arbitrary<string>) => fc.option(value, { nil: undefined });

it('is refused exactly when the webhook refuses it', () => {
  const names = fc.constantFrom('image0', 'image1', 'tf-image0', 'tf-image1', 'node', 'constructor');
  const uses = fc.record({
    entries: fc.array(names),
    shortNames: fc.array(names),
    urls: fc.constant([]),
  });
  fc.assert(
    fc.property(
      rawCatalogs.map(textOf).filter((text) => loaded(text).catalog !== undefined),
      rawCatalogs.map(textOf),
      uses,
      maybe(names),
      fc.constantFrom('none', 'old', 'new'),
      (before, after, used, acknowledged, accepted) => {
        fc.pre(before !== after);
        const usage = usageOf(used);
        const accept = { accept: digestOf(after) };
        const its = {
          ...(acknowledged !== undefined && { acknowledge: acknowledged }),
          ...(accepted === 'new' && accept),
        };
        const old = accepted === 'old' ? accept : {};
        const verdict = verdictOn(JSON.stringify(configMap(after, its)), inForce(before, old), usage);
        const asked = judged(updateOf(configMap(before, old), configMap(after, its)), { usage });
        expect(verdict === 'refused').toBe(asked.kind === 'denied');
      },
    ),
  );
});
