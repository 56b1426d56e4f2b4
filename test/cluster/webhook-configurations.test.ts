import { beforeEach, expect, test } from 'vitest';
import { WebhookConfigurations } from '../../src/cluster/webhook-configurations.ts';
import { apiFixture } from '../support/api-fixture.ts';

const GROUP = '/apis/admissionregistration.k8s.io/v1';
const validating = `${GROUP}/validatingwebhookconfigurations/ours`;
const mutating = `${GROUP}/mutatingwebhookconfigurations/zz-ours`;
const fixture = apiFixture();
let configurations: WebhookConfigurations;

beforeEach(() => {
  configurations = new WebhookConfigurations({
    connection: fixture.connection,
    validating: 'ours',
    mutating: 'zz-ours',
    suffix: '.image-config.toolforge.org',
    timeout: 1_000,
    signal: fixture.stop.signal,
  });
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const webhook = (name: string, clientConfig: object) => ({ name, failurePolicy: 'Fail', clientConfig });
const ours = (what: string, clientConfig: object = {}) =>
  webhook(`${what}.image-config.toolforge.org`, clientConfig);

test('read omits missing configurations', async () => {
  expect(await configurations.read()).toEqual([]);
  fixture.api.put(mutating, { webhooks: [] });
  expect(await configurations.read()).toMatchObject([{ path: mutating, webhooks: [] }]);
});

test('read finds no webhook in a configuration without webhooks', async () => {
  fixture.api.put(mutating);
  expect(await configurations.read()).toMatchObject([{ path: mutating, webhooks: [] }]);
});

test('read finds our webhooks by their names, with a Service or a URL', async () => {
  fixture.api.put(validating, {
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

test('write changes the caBundle of our webhooks alone', async () => {
  const before = fixture.api.put(mutating, {
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
  expect(fixture.api.stored(mutating)).toEqual({
    ...before,
    metadata: { ...before.metadata, resourceVersion: '102' },
    webhooks: [
      webhook('other.example.org', { caBundle: base64('theirs') }),
      ours('a', { caBundle }),
      ours('b', { url: 'u', caBundle }),
    ],
  });
});

test('write resolves to false for a configuration that has changed or was deleted', async () => {
  fixture.api.put(mutating, { webhooks: [ours('a')] });
  const [read] = await configurations.read();
  if (!read) throw new Error('none');
  fixture.api.put(mutating, { webhooks: [webhook('other.example.org', {}), ours('a')] });
  expect(await configurations.write(read, 'bundle')).toBe(false);
  fixture.api.remove(mutating);
  expect(await configurations.write(read, 'bundle')).toBe(false);
});
