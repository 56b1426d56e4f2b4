import { describe, expect, test } from 'vitest';
import { type ContainerResolution, containerResolutions } from '../../src/admission/container-resolution.ts';
import { readPodChange } from '../../src/admission/pod-change.ts';
import { podRefusal, removedEntry, whyRemoved } from '../../src/admission/pod-refusal.ts';
import type { DenialPart } from '../../src/admission/verdict.ts';
import type { Entry } from '../../src/catalog/entry.ts';
import { HOST, lookupOf, smallLookup } from '../support/catalog.ts';
import { denyOn, removal, warnOn } from '../support/removal.ts';
import { type Json, podOf, podRequest } from '../support/reviews.ts';
import { imageWebhook } from '../support/webhooks.ts';

const AFTER = '2027-03-02';

const refusalOf = (
  images: Record<string, string>,
  policy = removal,
  lookup = smallLookup,
): string | undefined =>
  partsOf(podOf(images), policy, lookup)
    ?.map(({ text }) => text)
    .join('\n');

function partsOf(pod: Json, policy = removal, lookup = smallLookup): readonly DenialPart[] | undefined {
  const change = readPodChange(podRequest(pod), imageWebhook('/mutate-pods'));
  if ('untouched' in change) throw new Error(change.untouched);
  return podRefusal(containerResolutions(change, lookup), change.client, policy);
}

describe('podRefusal', () => {
  test('returns nothing if all containers can have their images', () => {
    expect(refusalOf({ a: 'python3.11', b: 'nginx', c: 'pyhton3.11', d: 'node12' })).toBeUndefined();
    expect(refusalOf({ a: 'python3.7' }, warnOn(AFTER))).toBeUndefined();
    expect(refusalOf({ a: 'node12' }, denyOn(AFTER))).toBeUndefined();
  });

  test('has a part for each denied container, in their order', () => {
    expect(refusalOf({ a: 'hollow', b: 'python3.11', c: 'tf-python37' }, denyOn(AFTER))?.split('\n')).toEqual(
      [
        'container "a" asks for "hollow", and hollow has no image for Pods without the label ' +
          'app.kubernetes.io/managed-by: it has no image at all; ask for another name',
        'container "c" asks for "tf-python37", and new Pods no longer get it: python3.7 is deprecated; use python3.11; ' +
          'its removal date 2027-03-01 has passed; see https://wikitech.wikimedia.org/wiki/Help:Toolforge/Python',
      ],
    );
  });

  test('has the field of each image, in all lists of containers', () => {
    const hollow = [
      { name: 'a', image: 'nginx' },
      { name: 'b', image: 'hollow' },
    ];
    const pod = {
      metadata: {},
      spec: { containers: hollow, initContainers: hollow, ephemeralContainers: hollow },
    };
    expect(partsOf(pod)?.map(({ field }) => field)).toEqual([
      'spec.containers[1].image',
      'spec.initContainers[1].image',
      'spec.ephemeralContainers[1].image',
    ]);
  });

  test('names ten containers at most, and counts the others', () => {
    const lines = (count: number) =>
      refusalOf(
        Object.fromEntries(
          Array.from({ length: count }, (_, i) => [`c${i}`, i % 2 === 0 ? 'hollow' : 'python3.7']),
        ),
        denyOn(AFTER),
      )?.split('\n') ?? [];
    expect(lines(10)).toHaveLength(10);
    expect(lines(11).slice(10)).toEqual(['and 1 more container']);
    expect(lines(300).slice(10)).toEqual(['and 290 more containers']);
  });
});

describe('an entry past its removal date', () => {
  const deprecation = { removal: '2027-03-01' };

  test('without a replacement is denied with the advice to ask for another image', () => {
    const lookup = lookupOf({ old: { state: 'deprecated', image: `${HOST}/old`, deprecation } });
    expect(refusalOf({ a: `${HOST}/old:latest` }, denyOn(AFTER), lookup)).toBe(
      `container "a" asks for "${HOST}/old:latest", and new Pods no longer get it: old is deprecated; ` +
        'its removal date 2027-03-01 has passed; ask for another image',
    );
  });

  test('without a replacement is denied with the newer entry and the general help page', () => {
    const old = { state: 'deprecated', image: `${HOST}/old`, deprecation, newer: 'old2' };
    const lookup = lookupOf({ old1: { ...old, helpUrl: 'https://example.org/images' } });
    expect(refusalOf({ a: 'old1' }, denyOn(AFTER), lookup)).toBe(
      'container "a" asks for "old1", and new Pods no longer get it: old1 is deprecated; newer: old2; ' +
        'its removal date 2027-03-01 has passed; ask for another image; see https://example.org/images',
    );
  });

  test('without an image for the client is denied without the names of its other variants', () => {
    const lookup = lookupOf({
      old: {
        state: 'deprecated',
        variants: [['some', `${HOST}/old`]],
        deprecation: { ...deprecation, replacement: 'new' },
      },
    });
    expect(refusalOf({ a: 'old' }, warnOn(AFTER), lookup)).toContain('it has only variants.some.image');
    expect(refusalOf({ a: 'old' }, denyOn(AFTER), lookup)).toBe(
      'container "a" asks for "old", and new Pods no longer get it: old is deprecated; use new; ' +
        'its removal date 2027-03-01 has passed',
    );
  });
});

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
const resolved = (resolution: ContainerResolution['resolution'], fresh = true): ContainerResolution => ({
  container,
  fresh,
  resolution,
});

describe('removedEntry', () => {
  test.each<ContainerResolution['resolution']>([
    { kind: 'short-name', entry, url: 'a.b/c' },
    { kind: 'no-variant', entry, has: [] },
    { kind: 'url', entry },
  ])('returns an entry past its removal date if the policy is deny, for a $kind', (resolution) => {
    expect(removedEntry(resolved(resolution), denyOn('2027-03-02'))).toBe(entry);
    expect(removedEntry(resolved(resolution), denyOn('2027-03-01'))).toBeUndefined();
    expect(removedEntry(resolved(resolution), warnOn('2027-03-02'))).toBeUndefined();
    expect(removedEntry(resolved(resolution, false), denyOn('2027-03-02'))).toBeUndefined();
  });

  test.each<ContainerResolution['resolution']>([
    { kind: 'foreign' },
    { kind: 'unknown-short-name', shortName: 'node10' },
  ])('returns nothing for an image that is not in the catalog: $kind', (resolution) => {
    expect(removedEntry(resolved(resolution), denyOn('2099-01-01'))).toBeUndefined();
  });
});

test('whyRemoved names the replacement, or advises to ask for another image', () => {
  expect(whyRemoved(entry, denyOn('2027-03-02'))).toBe(
    'node10 is deprecated; use node20; its removal date 2027-03-01 has passed',
  );
  expect(whyRemoved({ ...entry, deprecation: { removal: '2027-03-01' } }, denyOn('2027-03-02'))).toBe(
    'node10 is deprecated; its removal date 2027-03-01 has passed; ask for another image',
  );
});
