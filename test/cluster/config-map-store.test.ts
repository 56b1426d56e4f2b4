import { beforeEach, expect, test } from 'vitest';
import { type ConfigMapRead, ConfigMapStore } from '../../src/cluster/config-map-store.ts';
import { apiFixture } from '../support/api-fixture.ts';

const path = '/api/v1/namespaces/ours/configmaps/history';
const fixture = apiFixture();
let store: ConfigMapStore;

beforeEach(() => {
  const { connection, stop } = fixture;
  store = new ConfigMapStore({ connection, namespace: 'ours', name: 'history', signal: stop.signal });
});

/** What is stored; it has to exist. */
const read = async (): Promise<ConfigMapRead> => {
  const found = await store.read();
  if (!found) throw new Error('there is no ConfigMap');
  return found;
};

test('a missing ConfigMap is read as undefined, and one without data as empty', async () => {
  expect(await store.read()).toBeUndefined();
  fixture.api.put(path);
  expect((await read()).data).toEqual({});
});

test('of two writes of the same read ConfigMap the first wins, and the second resolves to false', async () => {
  fixture.api.put(path, { data: { lines: 'a' } });
  const both = await read();
  expect(await store.write(both, { lines: 'b' })).toBe(true);
  expect(await store.write(both, { lines: 'c' })).toBe(false);
  expect((await read()).data).toEqual({ lines: 'b' });
});

test('writing a deleted ConfigMap resolves to false and does not create it', async () => {
  fixture.api.put(path);
  const before = await read();
  fixture.api.remove(path);
  expect(await store.write(before, { lines: 'b' })).toBe(false);
  expect(fixture.api.stored(path)).toBeUndefined();
});

test('writing a ConfigMap keeps its labels, annotations, other keys and binary data', async () => {
  const metadata = { labels: { team: 'a' }, annotations: { b: 'c' } };
  fixture.api.put(path, { metadata, data: { lines: 'a', theirs: 't' }, binaryData: { bytes: '//4=' } });
  await store.write(await read(), { lines: 'b' });
  expect(fixture.api.stored(path)).toMatchObject({
    metadata,
    data: { lines: 'b', theirs: 't' },
    binaryData: { bytes: '//4=' },
  });
});

test('reading and writing a ConfigMap reject when forbidden', async () => {
  fixture.api.put(path);
  const before = await read();
  fixture.api.faults.get = 403;
  await expect(store.read()).rejects.toThrow('refused with 403');
  fixture.api.faults.write = 403;
  await expect(store.write(before, {})).rejects.toThrow('refused with 403');
});
