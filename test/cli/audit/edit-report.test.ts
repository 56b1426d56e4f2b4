import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../src/catalog/load.ts';
import { defaultPrecedence } from '../../../src/catalog/lookup.ts';
import type { Usage } from '../../../src/catalog/usage.ts';
import { assessEdit } from '../../../src/cli/audit/edit-report.ts';
import type { CatalogInForce } from '../../../src/cli/audit/report.ts';
import { defaultPolicy } from '../../../src/settings.ts';
import { rawCatalogs, textOf } from '../../support/arbitrary-catalogs.ts';
import { configMap, updateOf, validate } from '../../support/image-config.ts';
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
  assessEdit({ file: 'new.yaml', text: file }, old, usage, terms).verdict;

describe('the verdict on an edit', () => {
  const old = `${entry('node18', 'aliases: [tf-node]')}\n`;
  const edited = `${entry('node18')}\n`;
  const inUse = usageOf({ shortNames: ['tf-node'] });
  const digits = (text: string) => digestOf(text).slice('sha256:'.length, 'sha256:'.length + 12);
  const acknowledged = { acknowledge: `tf-node@${digits(old)}` };

  it('is refused for a name in use, in a bare catalog and in a manifest', () => {
    expect(verdictOn(edited, inForce(old), inUse)).toBe('refused');
    expect(verdictOn(JSON.stringify(configMap(edited)), inForce(old), inUse)).toBe('refused');
  });

  it('is accepted when the removed name is unused or acknowledged', () => {
    expect(verdictOn(edited, inForce(old), usageOf({}))).toBe('accepted');
    expect(verdictOn(edited, inForce(old, acknowledged), inUse)).toBe('accepted');
    expect(
      verdictOn(JSON.stringify(configMap(edited, { acknowledge: 'tf-node' })), inForce(old), inUse),
    ).toBe('accepted');
  });

  it('is refused when the stored acknowledgement does not name the stored text', () => {
    expect(verdictOn(edited, inForce(old, { acknowledge: 'tf-node' }), inUse)).toBe('refused');
    expect(verdictOn(edited, inForce(old, { acknowledge: 'tf-node@000000000000' }), inUse)).toBe('refused');
  });

  it('has the acknowledgement that would accept the edit, and the readers that it was compared for', () => {
    const assessed = assessEdit({ file: 'x', text: edited }, inForce(old), inUse, terms);
    expect(assessed.acknowledgement).toBe(`tf-node@${digits(old)}`);
    expect(assessed.findings.readers).toEqual(['webservice', 'jobs-api of 2026']);
    const accepted = assessEdit({ file: 'x', text: edited }, inForce(old), usageOf({}), terms);
    expect(accepted.acknowledgement).toBeUndefined();
    const faulty = `${edited}x: {}\n`;
    expect(
      assessEdit({ file: 'x', text: faulty }, inForce(old), inUse, terms).acknowledgement,
    ).toBeUndefined();
  });

  it('is undecided when the usage of a removed name is unknown, unless it is acknowledged', () => {
    const partly = { ...usageOf({}), known: false };
    expect(verdictOn(edited, inForce(old), partly)).toBe('undecided');
    expect(verdictOn(edited, inForce(old, acknowledged), partly)).toBe('accepted');
    expect(verdictOn(`${old}${entry('node20')}\n`, inForce(old), partly)).toBe('accepted');
    expect(verdictOn(edited, inForce(old), { ...inUse, known: false })).toBe('refused');
  });

  it('has no catalog when the new text has errors', () => {
    const { catalog, findings } = assessEdit({ file: 'x', text: '{}' }, inForce(old), inUse, terms);
    expect([catalog, findings.errors]).toEqual([undefined, 1]);
  });
});

const maybe = (value: fc.Arbitrary<string>) => fc.option(value, { nil: undefined });

it('an audited edit is refused exactly when the webhook refuses it', () => {
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
      maybe(names),
      fc.constantFrom('none', 'old', 'new'),
      (before, after, used, acknowledged, stored, accepted) => {
        fc.pre(before !== after);
        const usage = usageOf(used);
        const accept = { accept: digestOf(after) };
        const its = {
          ...(acknowledged !== undefined && { acknowledge: acknowledged }),
          ...(accepted === 'new' && accept),
        };
        const old = {
          ...(accepted === 'old' && accept),
          ...(stored !== undefined && { acknowledge: `${stored}@${digestOf(before).slice(7, 19)}` }),
        };
        const verdict = verdictOn(JSON.stringify(configMap(after, its)), inForce(before, old), usage);
        const asked = validate(updateOf(configMap(before, old), configMap(after, its)), { usage });
        expect(verdict === 'refused').toBe(asked.kind === 'denied');
      },
    ),
  );
});
