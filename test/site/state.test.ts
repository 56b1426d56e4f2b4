import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/catalog/load.ts';
import { defaultPrecedence } from '../../src/catalog/lookup.ts';
import { defaultPolicy } from '../../src/settings.ts';
import { BadState, decodeState, encodeState, MAX_STATE_BYTES, type SiteState } from '../../src/site/state.ts';
import { useNotKnown } from '../../src/site/use.ts';
import { getSite, siteInput, someUse } from '../support/site.ts';

const HOSTILE = `"><script>alert(1)</script>\u202e\u0000\ud800`;
const text = 'python3.11: {state: stable}\n';
const state: SiteState = {
  catalog: { digest: digestOf(text), text },
  outdated: null,
  use: { ...someUse, since: '2026-11-30T12:00:00Z' },
  settings: { policy: defaultPolicy, precedence: defaultPrecedence, pastRemoval: 'warn' },
};

/** The JSON of the state with other values at these paths, such as `use.known`. */
function stateWith(changes: Readonly<Record<string, unknown>>): string {
  const json = JSON.parse(encodeState(state));
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    keys.reduce((at, key) => at[key], json)[last] = value;
  }
  return JSON.stringify(json);
}

describe('a state', () => {
  it.each<[string, SiteState]>([
    ['with use', state],
    ['without a catalog', { ...state, catalog: null, outdated: 'the catalog is absent' }],
    ['whose use is not known', { ...state, use: useNotKnown }],
    [
      'whose use is not known since a time',
      { ...state, use: { known: false, since: '2026-11-30T12:00:00Z', why: 'a watch is silent' } },
    ],
    [
      'with hostile text',
      {
        ...state,
        outdated: HOSTILE,
        use: {
          known: true,
          workloads: [{ tool: HOSTILE, workload: HOSTILE, image: '__proto__', asksFor: '' }],
        },
      },
    ],
  ])('%s is read as it was written', (_, written) => {
    expect(decodeState(encodeState(written))).toEqual(written);
  });

  it('of 50,000 workloads with names of usual length is below the limit', () => {
    const workloads = Array.from({ length: 50_000 }, (_, index) => ({
      tool: `a-tool-with-a-long-name-${index % 5_000}`,
      workload: `Deployment/a-deployment-with-a-long-name-${index}`,
      image: 'python3.11',
      asksFor: 'docker-registry.tools.wmflabs.org/toolforge-python311-sssd-web',
    }));
    const written = { ...state, use: { known: true, workloads } } satisfies SiteState;
    expect(Buffer.byteLength(encodeState(written))).toBeLessThan(MAX_STATE_BYTES);
    expect(decodeState(encodeState(written))).toEqual(written);
  });

  it('that would be larger than the limit says so in place of use', () => {
    const workload = { tool: 'a', workload: 'x'.repeat(1_000), image: 'python3.11', asksFor: 'python3.11' };
    const workloads = Array.from({ length: 16_500 }, () => workload);
    expect(decodeState(encodeState({ ...state, use: { known: true, workloads } })).use).toEqual({
      known: false,
      why: 'the list of 16500 workloads is larger than 16 MiB',
    });
  });

  it('of a later version may have more fields', () => {
    expect(decodeState(stateWith({ 'use.later': 1, 'settings.later': 1, later: 1 }))).toEqual(state);
  });
});

it('a hostile reason in a state is no markup on a page, and is cut', () => {
  const why = `${HOSTILE}${'x'.repeat(100_000)}`;
  const { use } = decodeState(encodeState({ ...state, use: { known: false, why } }));
  for (const target of ['/deprecations', '/images/python3.7', '/tools/wikibugs']) {
    const { body } = getSite(target, { input: siteInput(use) });
    expect(body).toContain('&lt;script');
    expect(body).not.toMatch(/<script|\u202e|\0|x{300}/);
  }
});

it.each<[string, string]>([
  ['', 'the state is no JSON'],
  ['{"version":1', 'the state is no JSON'],
  ['null', 'the state should be an object, and is null'],
  ['[]', 'the state should be an object, and is a list'],
  ['{}', 'the state has version missing, and version 1 is expected: run serve and site of the same release'],
  [
    stateWith({ version: 2 }),
    'the state has version 2, and version 1 is expected: run serve and site of the same release',
  ],
  [stateWith({ catalog: 'text' }), 'catalog should be an object, and is "text"'],
  [stateWith({ 'catalog.text': undefined }), 'catalog.text should be a string, and is missing'],
  [
    stateWith({ 'catalog.text': 'other: {}' }),
    `catalog.digest is "${state.catalog?.digest}", which is not the digest of catalog.text`,
  ],
  [stateWith({ outdated: 1 }), 'outdated should be a string, and is 1'],
  [stateWith({ 'use.known': 'yes' }), 'use.known should be true or false, and is "yes"'],
  [
    stateWith({ 'use.since': 'yesterday' }),
    'use.since should be a time such as 2026-11-30T12:00:00Z, and is "yesterday"',
  ],
  [
    stateWith({ 'use.since': '2026-99-99T12:00:00Z' }),
    'use.since should be a time such as 2026-11-30T12:00:00Z, and is "2026-99-99T12:00:00Z"',
  ],
  [stateWith({ 'use.workloads': {} }), 'use.workloads should be a list, and is an object'],
  [stateWith({ 'use.workloads.2': null }), 'use.workloads[2] should be an object, and is null'],
  [stateWith({ 'use.workloads.3.tool': 7 }), 'use.workloads[3].tool should be a string, and is 7'],
  [
    stateWith({ 'settings.policy.maxBytes': 1e9 }),
    'settings.policy.maxBytes should be a whole number up to 1048576, and is 1000000000',
  ],
  [
    stateWith({ 'settings.policy.states': [true] }),
    'settings.policy.states[0] should be a string, and is true',
  ],
  [
    stateWith({ 'settings.precedence.webservice': 'image' }),
    'settings.precedence[webservice] should be a list, and is "image"',
  ],
  [
    stateWith({ 'settings.pastRemoval': 'maybe' }),
    'settings.pastRemoval should be warn or deny, and is "maybe"',
  ],
])('decodeState refuses what is no state, and says where (%#)', (hostile, message) => {
  expect(() => decodeState(hostile)).toThrow(new BadState(message));
});

it('a message about a state is short, however long the value in it is', () => {
  expect(() => decodeState(stateWith({ 'use.known': 'x'.repeat(100_000) }))).toThrow(
    expect.objectContaining({ message: expect.stringMatching(/^.{1,400}$/s) }),
  );
});
