import { beforeEach, expect, test } from 'vitest';
import { SecretStore } from '../../src/cluster/secret.ts';
import { apiFixture } from '../support/api-fixture.ts';

const path = '/api/v1/namespaces/ours/secrets/certificates';
const fixture = apiFixture();
let store: SecretStore;

beforeEach(() => {
  const { connection, stop } = fixture;
  store = new SecretStore({
    connection,
    namespace: 'ours',
    name: 'certificates',
    timeout: 1_000,
    signal: stop.signal,
  });
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const pair = (text: string) => ({ 'tls.crt': text, 'tls.key': `${text} key` });

test('a missing Secret is read as undefined, and is created', async () => {
  expect(await store.read()).toBeUndefined();
  expect(await store.write(undefined, { ...pair('a'), 'next-ca.crt': undefined })).toBe(true);
  expect(fixture.api.stored(path)).toMatchObject({ type: 'kubernetes.io/tls' });
  expect(fixture.api.stored(path)?.data).toEqual({ 'tls.crt': base64('a'), 'tls.key': base64('a key') });
  expect((await store.read())?.data).toEqual(pair('a'));
});

test('of two concurrent creates of a Secret one wins, and the other resolves to false', async () => {
  const wrote = await Promise.all(['a', 'b'].map((text) => store.write(undefined, pair(text))));
  expect(wrote.filter(Boolean)).toEqual([true]);
});

test('of two writes of the same read Secret the first wins, and the second resolves to false', async () => {
  fixture.api.put(path, { data: { 'tls.crt': base64('a') } });
  const read = await store.read();
  expect(await store.write(read, { 'tls.crt': 'b' })).toBe(true);
  expect(await store.write(read, { 'tls.crt': 'c' })).toBe(false);
  expect((await store.read())?.data).toEqual({ 'tls.crt': 'b' });
});

test('writing a deleted Secret resolves to false', async () => {
  fixture.api.put(path);
  const read = await store.read();
  fixture.api.remove(path);
  expect(await store.write(read, { 'tls.crt': 'b' })).toBe(false);
});

test('writing a Secret keeps its labels, annotations, type and other keys, even binary ones', async () => {
  const bytes = Buffer.from([0xff, 0xfe, 0]).toString('base64');
  const metadata = { labels: { team: 'a' }, annotations: { b: 'c' } };
  fixture.api.put(path, {
    metadata,
    type: 'Opaque',
    data: { 'tls.crt': base64('a'), 'next-ca.crt': base64('n'), theirs: bytes },
  });
  await store.write(await store.read(), { 'tls.crt': 'b', 'next-ca.crt': undefined });
  expect(fixture.api.stored(path)).toMatchObject({ metadata, type: 'Opaque' });
  expect(fixture.api.stored(path)?.data).toEqual({ 'tls.crt': base64('b'), theirs: bytes });
});

test('a Secret without data or with binary data is readable', async () => {
  fixture.api.put(path);
  expect((await store.read())?.data).toEqual({});
  fixture.api.put(path, { data: { 'tls.crt': Buffer.from([0xff]).toString('base64') } });
  expect((await store.read())?.data).toEqual({ 'tls.crt': '\ufffd' });
});

test('reading and writing a Secret reject when forbidden', async () => {
  fixture.api.faults.get = 403;
  await expect(store.read()).rejects.toThrow('refused with 403');
  fixture.api.faults.write = 403;
  await expect(store.write(undefined, {})).rejects.toThrow('refused with 403');
});
