import { beforeEach, expect, test } from 'vitest';
import { digestOf } from '../../../src/catalog/load.ts';
import { defaultPrecedence } from '../../../src/catalog/lookup.ts';
import { stateDocument } from '../../../src/cli/serve/state-document.ts';
import type { TaggedBody } from '../../../src/server/app.ts';
import type { CatalogState } from '../../../src/server/health.ts';
import { defaultPolicy } from '../../../src/settings.ts';
import { decodeState } from '../../../src/site/state.ts';
import { type SiteUse, useNotKnown } from '../../../src/site/use.ts';
import { someUse } from '../../support/site.ts';

let text: string | undefined;
let state: CatalogState;
let use: SiteUse;
/** Milliseconds. */
let clock: number;
/** Milliseconds that finding out the use takes. */
let takes: number;
let document: () => TaggedBody;
let open: (enforce: boolean) => () => TaggedBody;

beforeEach(() => {
  text = 'a: {}\n';
  state = { kind: 'valid', serving: digestOf(text), entries: 1, warnings: 0 };
  use = someUse;
  clock = 0;
  takes = 0;
  const catalog = {
    text: () => text,
    state: () => state,
    use: () => {
      clock += takes;
      return use;
    },
  };
  open = (enforce) => {
    const settings = { policy: defaultPolicy, precedence: defaultPrecedence, pastRemoval: 'deny' } as const;
    return stateDocument({ catalog, settings: { ...settings, enforce }, uptime: () => clock });
  };
  document = open(true);
});

const stateIn = ({ bytes }: TaggedBody) => decodeState(bytes.toString());

test('the state has the catalog, its use and the settings', () => {
  expect(stateIn(document())).toEqual({
    catalog: { digest: digestOf('a: {}\n'), text },
    outdated: null,
    use: someUse,
    settings: { policy: defaultPolicy, precedence: defaultPrecedence, pastRemoval: 'deny' },
  });
});

test('in observe mode a Pod past its removal date gets a warning, whatever the setting', () => {
  expect(stateIn(open(false)()).settings.pastRemoval).toBe('warn');
});

test('before there is a catalog, the state has none', () => {
  text = undefined;
  state = { kind: 'absent', serving: undefined };
  use = useNotKnown;
  expect(stateIn(document())).toMatchObject({ catalog: null, use: { known: false } });
});

test('the state is made once for each change', () => {
  const first = document();
  expect(document()).toBe(first);
  state = { kind: 'invalid', errors: 2, serving: 'sha256:0' };
  const second = document();
  expect(second.etag).not.toBe(first.etag);
  expect(stateIn(second)).toMatchObject({
    outdated: 'the newest text of the catalog has 2 errors; this is the last good one',
  });
  expect(document()).toBe(second);
});

test('a state that took 30 ms is not made again for 30 s, whatever changes', () => {
  takes = 30;
  const first = document();
  use = useNotKnown;
  clock += 29_999;
  expect(document()).toBe(first);
  clock += 1;
  expect(stateIn(document()).use).toEqual({ known: false });
});
