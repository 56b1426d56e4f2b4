import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Connection } from '../../src/cluster/connection.ts';
import { WebhookConfigurations } from '../../src/cluster/webhook-configurations.ts';
import { ApiServer } from '../support/api-server.ts';

const GROUP = '/apis/admissionregistration.k8s.io/v1';
const validating = `${GROUP}/validatingwebhookconfigurations/ours`;
const mutating = `${GROUP}/mutatingwebhookconfigurations/zz-ours`;
const { signal } = new AbortController();
let api: ApiServer;
let connection: Connection;
let configurations: WebhookConfigurations;

beforeEach(async () => {
  api = await ApiServer.start();
  connection = api.connect();
  configurations = new WebhookConfigurations({
    connection,
    validating: 'ours',
    mutating: 'zz-ours',
    suffix: '.image-config.toolforge.org',
    timeout: 1_000,
    signal,
  });
});
afterEach(async () => {
  connection.close();
  await api[Symbol.asyncDispose]();
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const webhook = (name: string, clientConfig: object) => ({ name, failurePolicy: 'Fail', clientConfig });
const ours = (what: string, clientConfig: object = {}) =>
  webhook(`${what}.image-config.toolforge.org`, clientConfig);

test('configurations that are not there are none', async () => {
  expect(await configurations.read()).toEqual([]);
  api.put(mutating, { webhooks: [] });
  expect(await configurations.read()).toMatchObject([{ path: mutating, webhooks: [] }]);
});

test('webhooks are ours by their names, whether a Service or a URL stands in them', async () => {
  api.put(validating, {
    webhooks: [
      webhook('other.example.org', { caBundle: base64('theirs') }),
      ours('catalog', { service: { name: 'a' } }),
      ours('workloads', { url: 'https://127.0.0.1:8443/', caBundle: base64('some') }),
    ],
  });
  expect(await configurations.read()).toEqual([
    {
      path: validating,
      version: '101',
      webhooks: [
        { name: 'catalog.image-config.toolforge.org', index: 1, caBundle: '' },
        { name: 'workloads.image-config.toolforge.org', index: 2, caBundle: 'some' },
      ],
    },
  ]);
});

test('only the bundles of our webhooks are written', async () => {
  const before = api.put(mutating, {
    webhooks: [
      webhook('other.example.org', { caBundle: base64('theirs') }),
      ours('a'),
      ours('b', { url: 'u' }),
    ],
  });
  const [read] = await configurations.read();
  if (!read) throw new Error('none');
  expect(await configurations.write(read, 'bundle')).toBe(true);
  const caBundle = base64('bundle');
  expect(api.stored(mutating)).toEqual({
    ...before,
    metadata: { ...before.metadata, resourceVersion: '102' },
    webhooks: [
      webhook('other.example.org', { caBundle: base64('theirs') }),
      ours('a', { caBundle }),
      ours('b', { url: 'u', caBundle }),
    ],
  });
});

test('a configuration that has changed since it was read is not written', async () => {
  api.put(mutating, { webhooks: [ours('a')] });
  const [read] = await configurations.read();
  if (!read) throw new Error('none');
  api.put(mutating, { webhooks: [webhook('other.example.org', {}), ours('a')] });
  expect(await configurations.write(read, 'bundle')).toBe(false);
  api.remove(mutating);
  expect(await configurations.write(read, 'bundle')).toBe(false);
});
