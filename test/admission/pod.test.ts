import { Ajv } from 'ajv';
import { describe, expect, test, vi } from 'vitest';
import { BadReview } from '../../src/admission/decode.ts';
import { containersOf, decodePod, seenIn } from '../../src/admission/pod.ts';

const spec = { containers: [] };

describe('a Pod', () => {
  test('may have null for each list, map and string, as Go writes them', () => {
    const pod = {
      metadata: { name: null, labels: null, annotations: null, creationTimestamp: null },
      spec: { containers: [{ name: null, image: null }], initContainers: null },
    };
    expect(decodePod(pod, 'object')).toBe(pod);
  });

  test.each([
    [undefined, 'object should be an object, and is missing'],
    [{ spec }, 'object.metadata is missing'],
    [{ metadata: {} }, 'object.spec is missing'],
    [{ metadata: [], spec }, 'object.metadata should be an object, and is a list'],
    [
      { metadata: { labels: { 'a.b/c': 1 } }, spec },
      'object.metadata.labels["a.b/c"] should be a string, and is 1',
    ],
    [
      { metadata: { annotations: { a: null } }, spec },
      'object.metadata.annotations.a should be a string, and is null',
    ],
    [
      JSON.parse('{"metadata": {"annotations": {"__proto__": {}}}, "spec": {}}'),
      'object.metadata.annotations["__proto__"] should be a string, and is an object',
    ],
    [
      { metadata: {}, spec: { initContainers: [{}, 'x'] } },
      'object.spec.initContainers[1] should be an object, and is "x"',
    ],
    [
      { metadata: {}, spec: { containers: [{ image: 3.9 }] } },
      'object.spec.containers[0].image should be a string, and is 3.9',
    ],
    [
      { metadata: {}, spec: { ephemeralContainers: {} } },
      'object.spec.ephemeralContainers should be a list, and is an object',
    ],
  ])('%# is rejected, and the message names the field: %j', (value, message) => {
    expect(() => decodePod(value, 'object')).toThrow(new BadReview(message));
  });
});

describe('a long key', () => {
  const labels = { ['~/'.repeat(3_000)]: 1 };

  test('is rejected by a message with its beginning, and only the beginning is searched', () => {
    const [message, searched] = searching(() => decodePod({ metadata: { labels }, spec }, 'object'));
    expect(message).toBe(`object.metadata.labels["${'~/'.repeat(39)}~…"] should be a string, and is 1`);
    expect(searched).toBe(80);
  });

  test('would be searched twice as a whole if ajv checked it by additionalProperties', () => {
    const accepts = new Ajv().compile({ type: 'object', additionalProperties: { type: 'string' } });
    const [, searched] = searching(() => accepts(labels));
    expect(searched).toBeGreaterThanOrEqual(6_000);
  });
});

/** The message of the error, and the length of the longest string on which `replace` was called. */
function searching(work: () => unknown): readonly [message: string | undefined, longest: number] {
  const replace = vi.spyOn(String.prototype, 'replace');
  try {
    work();
    return [undefined, longestOf(replace.mock.contexts)];
  } catch (error) {
    return [(error as Error).message, longestOf(replace.mock.contexts)];
  } finally {
    replace.mockRestore();
  }
}

const longestOf = (texts: readonly unknown[]): number =>
  texts.reduce<number>((longest, text) => Math.max(longest, String(text).length), 0);

test('containersOf returns containers in the order of the lists, with the pointer of their image', () => {
  const containers = [{ image: 'nameless' }, { name: 'imageless' }, { name: 'c', image: 'y' }];
  const pod = decodePod(
    {
      metadata: {},
      spec: {
        ephemeralContainers: [{ name: 'a', image: 'z' }],
        initContainers: [{ name: 'b', image: 'x' }],
        containers,
      },
    },
    'object',
  );
  expect(containersOf(pod)).toEqual([
    { list: 'containers', name: undefined, image: 'nameless', at: '/spec/containers/0/image' },
    { list: 'containers', name: 'c', image: 'y', at: '/spec/containers/2/image' },
    { list: 'initContainers', name: 'b', image: 'x', at: '/spec/initContainers/0/image' },
    { list: 'ephemeralContainers', name: 'a', image: 'z', at: '/spec/ephemeralContainers/0/image' },
  ]);
});

test('seenIn finds a container only with the same list, name and image', () => {
  const old = { metadata: {}, spec: { containers: [{ name: 'a', image: 'x' }, { image: 'y' }] } };
  const seen = seenIn(old);
  const at = '/';
  expect(seen({ list: 'containers', name: 'a', image: 'x', at })).toBe(true);
  expect(seen({ list: 'containers', name: undefined, image: 'y', at })).toBe(true);
  expect(seen({ list: 'initContainers', name: 'a', image: 'x', at })).toBe(false);
  expect(seen({ list: 'containers', name: 'b', image: 'x', at })).toBe(false);
  expect(seen({ list: 'containers', name: 'a', image: 'y', at })).toBe(false);
  expect(seenIn(undefined)({ list: 'containers', name: 'a', image: 'x', at })).toBe(false);
});
