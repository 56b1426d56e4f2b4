import { describe, expect, test } from 'vitest';
import type { ContainerResolution } from '../../src/admission/container-resolution.ts';
import { removedEntry, whyRemoved } from '../../src/admission/past-removal.ts';
import type { Entry } from '../../src/catalog/entry.ts';
import { denyOn, warnOn } from '../support/removal.ts';

const entry: Entry = {
  name: 'node10',
  state: 'deprecated',
  aliases: [],
  variants: [],
  deprecation: { replacement: 'node20', removal: '2027-03-01', url: 'https://example.org/node' },
};
const container = {
  list: 'containers',
  name: 'web',
  image: 'node10',
  at: '/spec/containers/0/image',
} as const;
const asked = (resolution: ContainerResolution['resolution'], fresh = true): ContainerResolution => ({
  container,
  fresh,
  resolution,
});

describe('what new Pods no longer get', () => {
  test.each<ContainerResolution['resolution']>([
    { kind: 'short-name', entry, url: 'a.b/c' },
    { kind: 'no-variant', entry, has: [] },
    { kind: 'url', entry },
  ])('is an entry past its removal date where the setting denies it, asked for by $kind', (resolution) => {
    expect(removedEntry(asked(resolution), denyOn('2027-03-02'))).toBe(entry);
    expect(removedEntry(asked(resolution), denyOn('2027-03-01'))).toBeUndefined();
    expect(removedEntry(asked(resolution), warnOn('2027-03-02'))).toBeUndefined();
    expect(removedEntry(asked(resolution, false), denyOn('2027-03-02'))).toBeUndefined();
  });

  test.each<ContainerResolution['resolution']>([
    { kind: 'foreign' },
    { kind: 'unknown-short-name', shortName: 'node10' },
  ])("is nothing that is not the catalog's: $kind", (resolution) => {
    expect(removedEntry(asked(resolution), denyOn('2099-01-01'))).toBeUndefined();
  });
});

test('the reason says what to use instead, or at least that something else is to be used', () => {
  expect(whyRemoved(entry, denyOn('2027-03-02'))).toBe(
    'node10 is deprecated; use node20; its removal date 2027-03-01 has passed',
  );
  expect(whyRemoved({ ...entry, deprecation: { removal: '2027-03-01' } }, denyOn('2027-03-02'))).toBe(
    'node10 is deprecated; its removal date 2027-03-01 has passed; ask for another image',
  );
});
