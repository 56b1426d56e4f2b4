import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Connection } from '../../src/cluster/connection.ts';
import { SecretStore } from '../../src/cluster/secret.ts';
import { ApiServer } from '../support/api-server.ts';

const path = '/api/v1/namespaces/ours/secrets/certificates';
const { signal } = new AbortController();
let api: ApiServer;
let connection: Connection;
let store: SecretStore;

beforeEach(async () => {
  api = await ApiServer.start();
  connection = api.connect();
  store = new SecretStore({ connection, namespace: 'ours', name: 'certificates', timeout: 1_000, signal });
});
afterEach(async () => {
  connection.close();
  await api[Symbol.asyncDispose]();
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('a Secret that is not there reads as none, and is created', async () => {
  expect(await store.read()).toBeUndefined();
  expect(await store.write(undefined, { 'tls.crt': 'a', 'next-ca.crt': undefined })).toBe(true);
  expect(api.stored(path)).toMatchObject({ type: 'kubernetes.io/tls', data: { 'tls.crt': base64('a') } });
  expect(api.stored(path)?.data).not.toHaveProperty(['next-ca.crt']);
  expect((await store.read())?.data).toEqual({ 'tls.crt': 'a' });
});

test('of two that create it one wins, and the other is told', async () => {
  const wrote = await Promise.all(['a', 'b'].map((text) => store.write(undefined, { 'tls.crt': text })));
  expect(wrote.filter(Boolean)).toEqual([true]);
});

test('of two that change what both have read one wins, and the other is told', async () => {
  api.put(path, { data: { 'tls.crt': base64('a') } });
  const read = await store.read();
  expect(await store.write(read, { 'tls.crt': 'b' })).toBe(true);
  expect(await store.write(read, { 'tls.crt': 'c' })).toBe(false);
  expect((await store.read())?.data).toEqual({ 'tls.crt': 'b' });
});

test('to change what has been deleted is to be too late, too', async () => {
  api.put(path);
  const read = await store.read();
  api.remove(path);
  expect(await store.write(read, { 'tls.crt': 'b' })).toBe(false);
});

test('only our own keys change: not labels, annotations, types or keys of somebody else, text or not', async () => {
  const bytes = Buffer.from([0xff, 0xfe, 0]).toString('base64');
  const metadata = { labels: { team: 'a' }, annotations: { b: 'c' } };
  api.put(path, {
    metadata,
    type: 'Opaque',
    data: { 'tls.crt': base64('a'), 'next-ca.crt': base64('n'), theirs: bytes },
  });
  await store.write(await store.read(), { 'tls.crt': 'b', 'next-ca.crt': undefined });
  expect(api.stored(path)).toMatchObject({ metadata, type: 'Opaque' });
  expect(api.stored(path)?.data).toEqual({ 'tls.crt': base64('b'), theirs: bytes });
});

test('a Secret without data, or with what is no text, can be read', async () => {
  api.put(path);
  expect((await store.read())?.data).toEqual({});
  api.put(path, { data: { 'tls.crt': Buffer.from([0xff]).toString('base64') } });
  expect((await store.read())?.data).toEqual({ 'tls.crt': '\ufffd' });
});

test('what is not permitted is an error', async () => {
  api.faults.get = 403;
  await expect(store.read()).rejects.toThrow('refused with 403');
  api.faults.write = 403;
  await expect(store.write(undefined, {})).rejects.toThrow('refused with 403');
});
