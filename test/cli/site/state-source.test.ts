import { beforeEach, describe, expect, it } from 'vitest';
import { digestOf, loadCatalog } from '../../../src/catalog/load.ts';
import { defaultPrecedence } from '../../../src/catalog/lookup.ts';
import type { TaggedText } from '../../../src/cli/site/read-state.ts';
import { StateSource } from '../../../src/cli/site/state-source.ts';
import { defaultPolicy } from '../../../src/settings.ts';
import { encodeState, type SiteState } from '../../../src/site/state.ts';
import { someUse } from '../../support/site.ts';

const textOf = (...names: string[]): string =>
  names.map((name) => `${name}: {state: stable, image: r.example/${name}, variants: {}}\n`).join('');

const stateOf = (text: string, more: Partial<SiteState> = {}): SiteState => ({
  catalog: { digest: digestOf(text), text },
  outdated: null,
  use: someUse,
  settings: { policy: defaultPolicy, precedence: defaultPrecedence, pastRemoval: 'warn' },
  ...more,
});

let answer: () => TaggedText | undefined;
let catalogText: (() => Promise<string | undefined>) | undefined;
let clock: string;
let tags: (string | undefined)[];
let loaded: string[];
let troubles: string[];
let heartbeats: number;

beforeEach(() => {
  answer = () => undefined;
  catalogText = undefined;
  clock = '2026-11-30T12:00:00.123Z';
  [tags, loaded, troubles, heartbeats] = [[], [], [], 0];
});

function open() {
  const source = new StateSource({
    read: async (etag) => {
      tags.push(etag);
      return answer();
    },
    catalogText,
    terms: { policy: defaultPolicy, precedence: defaultPrecedence },
    async load(text, { policy }) {
      loaded.push(text);
      const { catalog, problems } = loadCatalog(text, policy, '2026-11-30');
      const errors = catalog ? 0 : problems.length;
      return {
        digest: digestOf(text),
        ...(catalog && { catalog }),
        errors,
        warnings: 0,
        problems: ['first'],
      };
    },
    every: 5_000,
    now: () => new Date(clock),
    health: {
      onHeartbeat: () => {
        heartbeats += 1;
      },
      onTrouble: (error) => void troubles.push((error as Error).message),
    },
  });
  return Object.assign(source, { next: () => source.readOnce(new AbortController().signal) });
}

const answerWith = (state: SiteState, etag = '"1"'): void => {
  answer = () => ({ text: encodeState(state), etag });
};
const fail = (message: string): void => {
  answer = () => {
    throw new Error(message);
  };
};
const names = ({ shown }: StateSource): string[] | undefined =>
  shown.lookup?.catalog.entries.map(({ name }) => name);

describe('a state', () => {
  it('is shown: the catalog, its use and the settings', async () => {
    const source = open();
    answerWith(stateOf(textOf('a', 'b'), { outdated: 'the newest text has 2 errors' }));
    await source.next();
    expect(names(source)).toEqual(['a', 'b']);
    expect(source.shown).toMatchObject({
      use: someUse,
      outdated: 'the newest text has 2 errors',
      pastRemoval: 'warn',
      staleSince: undefined,
    });
    expect(heartbeats).toBe(1);
  });

  it('is asked for by its tag, and stays the same value while it is unchanged', async () => {
    const source = open();
    answerWith(stateOf(textOf('a')));
    await source.next();
    const { shown } = source;
    answer = () => undefined;
    await source.next();
    expect(tags).toEqual([undefined, '"1"']);
    expect(source.shown).toBe(shown);
  });

  it('with the same catalog does not load the catalog again', async () => {
    const source = open();
    answerWith(stateOf(textOf('a')));
    await source.next();
    const { lookup } = source.shown;
    answerWith(stateOf(textOf('a'), { use: { known: false } }), '"2"');
    await source.next();
    expect(source.shown.lookup).toBe(lookup);
    expect(source.shown.use).toEqual({ known: false });
    expect(loaded).toHaveLength(1);
  });

  it('with another precedence resolves names by it', async () => {
    const source = open();
    const text =
      'a: {state: stable, variants: {webservice: {image: r.example/web, extra: {wstype: python}}}}\n';
    answerWith(stateOf(text));
    await source.next();
    expect(source.shown.lookup?.resolve('a', undefined).kind).toBe('short-name');
    const { settings } = stateOf(text);
    answerWith(stateOf(text, { settings: { ...settings, precedence: { '*': ['image'] } } }), '"2"');
    await source.next();
    expect(source.shown.lookup?.resolve('a', undefined).kind).toBe('no-variant');
  });

  it('without a catalog leaves the last good catalog', async () => {
    const source = open();
    answerWith(stateOf(textOf('a')));
    await source.next();
    answerWith(
      stateOf('', { catalog: null, outdated: 'the catalog is absent', use: { known: false } }),
      '"2"',
    );
    await source.next();
    expect(names(source)).toEqual(['a']);
    expect(source.shown).toMatchObject({ outdated: 'the catalog is absent', use: { known: false } });
  });
});

describe('when serve does not answer', () => {
  it('the last good state stays, stale since the last answer, and is fresh again with the next one', async () => {
    const source = open();
    answerWith(stateOf(textOf('a')));
    await source.next();
    answer = () => undefined;
    clock = '2026-11-30T12:00:05.123Z';
    await source.next();
    fail('connection refused');
    clock = '2026-11-30T12:10:00.123Z';
    await source.next();
    const { shown } = source;
    await source.next();
    expect(source.shown).toBe(shown);
    expect(shown).toMatchObject({ use: someUse, staleSince: '2026-11-30T12:00:05Z' });
    expect(names(source)).toEqual(['a']);
    answer = () => undefined;
    await source.next();
    expect(source.shown.staleSince).toBeUndefined();
    expect([troubles, heartbeats]).toEqual([['connection refused', 'connection refused'], 3]);
  });

  it('from the start, nothing is shown but since when use is not known', async () => {
    const source = open();
    fail('connection refused');
    await source.next();
    expect(source.shown).toEqual({
      lookup: undefined,
      use: {
        known: false,
        since: '2026-11-30T12:00:00Z',
        why: 'the admission webhook does not answer this site',
      },
    });
  });

  it('from the start, the catalog in the ConfigMap is shown until there is a state', async () => {
    let text: string | undefined = textOf('stored');
    catalogText = async () => text;
    const source = open();
    fail('connection refused');
    await source.next();
    expect(names(source)).toEqual(['stored']);
    expect(source.shown.use).toMatchObject({ known: false, since: '2026-11-30T12:00:00Z' });
    text = textOf('edited');
    await source.next();
    expect(names(source)).toEqual(['edited']);
    answerWith(stateOf(textOf('served')));
    await source.next();
    expect(names(source)).toEqual(['served']);
    expect(source.shown).toMatchObject({ use: someUse, staleSince: undefined });
    fail('connection refused');
    await source.next();
    expect(names(source)).toEqual(['served']);
  });

  it.each([
    ['is absent', async () => undefined],
    ['may not be read', () => Promise.reject(new Error('forbidden'))],
    ['has errors', async () => 'a: 1\n'],
  ])('and the ConfigMap %s, the site shows no catalog', async (_, stored) => {
    catalogText = stored;
    const source = open();
    fail('connection refused');
    await source.next();
    expect(source.shown.lookup).toBeUndefined();
    expect(troubles).toEqual(['connection refused']);
  });
});

describe('what is no state', () => {
  it.each<[string, () => TaggedText, string]>([
    ['other bytes', () => ({ text: '<html>', etag: '"2"' }), 'the state is no JSON'],
    [
      'a later version',
      () => ({ text: '{"version":2}', etag: '"2"' }),
      'the state has version 2, and version 1 is expected: run serve and site of the same release',
    ],
    [
      'a catalog with errors',
      () => ({ text: encodeState(stateOf('a: 1\n')), etag: '"2"' }),
      'this site finds 1 error in the catalog that is served, such as first: run serve and site of the same release',
    ],
  ])('%s leaves the last good state, and is reported', async (_, hostile, message) => {
    const source = open();
    answerWith(stateOf(textOf('a')));
    await source.next();
    answer = hostile;
    await source.next();
    expect(names(source)).toEqual(['a']);
    expect(source.shown.staleSince).toBe('2026-11-30T12:00:00Z');
    expect(troubles).toEqual([message]);
    await source.next();
    expect(tags).toEqual([undefined, '"1"', '"1"']);
  });
});
