import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Cluster } from '../../src/cluster/cluster.ts';
import type { ListProgress } from '../../src/cluster/list.ts';
import { apiFixture } from '../support/api-fixture.ts';
import { kubeconfigOf } from '../support/audited.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const CATALOG = '/api/v1/namespaces/tf-public/configmaps/image-config';
const LEASE = '/apis/coordination.k8s.io/v1/namespaces/ours/leases/events';
const SECRET = '/api/v1/namespaces/ours/secrets/certificates';
const MUTATING = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/zz-ours';
const pod = (name: string): string => `/api/v1/namespaces/tool-a/pods/${name}`;
const PODS = { path: '/api/v1/pods' };

const fixture = apiFixture();
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let cluster: Cluster;

beforeEach(async () => {
  directory = await temporaryDirectory();
  const file = join(directory.path, 'config');
  await writeFile(file, kubeconfigOf(fixture.api));
  cluster = new Cluster({ file, env: {}, component: 'ours', version: '1.2.3' });
});
afterEach(async () => {
  await cluster.close();
  await directory[Symbol.asyncDispose]();
});

const health = { onHeartbeat: () => {}, onTrouble: () => {} };

test('a cluster has the URL of its server, and no namespace outside a Pod', () => {
  expect([cluster.server, cluster.namespace]).toEqual([fixture.api.url, undefined]);
});

test('a cluster reads a ConfigMap once', async () => {
  expect(await cluster.configMap('tf-public', 'image-config')).toBeUndefined();
  fixture.api.put(CATALOG, { data: { a: 'b' } });
  expect(await cluster.configMap('tf-public', 'image-config')).toMatchObject({ data: { a: 'b' } });
});

test('a cluster lists what is kept of each object, in pages of 500', async () => {
  for (const name of ['a', 'b', 'c']) fixture.api.put(pod(name));
  fixture.api.pageSize = 2;
  const pages: ListProgress[] = [];
  const listed = await cluster.list(PODS, {
    keep: ({ metadata }) => metadata.name,
    onPage: (progress) => pages.push(progress),
  });
  expect([...listed]).toEqual(['a', 'b', 'c'].map((name) => [`tool-a/${name}`, name]));
  expect(pages.map((page) => page.listed)).toEqual([2, 3]);
  expect(fixture.api.requests[0]).toBe('GET /api/v1/pods?limit=500');
});

test('a cluster watches until it is closed', async () => {
  fixture.api.put(pod('a'), { image: 'x' });
  fixture.api.put(CATALOG);
  const seen: unknown[] = [];
  cluster.watchConfigMap({
    ...{ namespace: 'tf-public', name: 'image-config', onHeartbeat: () => {}, onTrouble: () => {} },
    onObserved: ({ kind }) => seen.push(kind),
  });
  cluster.watchCollection(PODS, {
    ...health,
    keep: (object) => (object as { image?: string }).image,
    onChange: (change) => seen.push(change.kind === 'listed' ? [...change.objects] : change),
  });
  cluster.watchForChanges(
    { path: '/api/v1/namespaces' },
    { ...health, onChange: () => seen.push('changed') },
  );
  await expect.poll(() => fixture.api.openWatches).toBe(3);
  expect(seen).toHaveLength(3);
  expect(seen).toEqual(expect.arrayContaining(['found', [['tool-a/a', 'x']], 'changed']));
  await cluster.close();
  expect(cluster.signal.aborted).toBe(true);
  await expect.poll(() => fixture.api.openWatches).toBe(0);
});

test('the watches of collections list one after the other, so that reviews do not wait for several pages', async () => {
  fixture.api.faults.list = 'silence';
  for (const path of ['/api/v1/pods', '/apis/apps/v1/deployments'])
    cluster.watchCollection({ path }, { ...health, keep: () => undefined, onChange: () => {} });
  await expect.poll(() => fixture.api.unanswered).toBe(1);
  // By the time of this answer a second list would have arrived.
  await cluster.configMap('tf-public', 'image-config');
  expect(fixture.api.unanswered).toBe(1);
});

test('twelve watches are no leak that Node warns of', async () => {
  const warnings: Error[] = [];
  const warned = (warning: Error) => warnings.push(warning);
  process.on('warning', warned);
  for (let watch = 0; watch < 12; watch += 1)
    cluster.watchForChanges({ path: '/api/v1/namespaces' }, { ...health, onChange: () => {} });
  await expect.poll(() => fixture.api.openWatches).toBe(12);
  process.off('warning', warned);
  expect(warnings).toEqual([]);
});

test('a cluster records an Event in the name of the program', async () => {
  const about = { apiVersion: 'v1', kind: 'Pod', namespace: 'tool-a', name: 'a', uid: '1' };
  const event = { about, type: 'Normal', reason: 'ImageResolved', message: 'b', key: 'c' } as const;
  expect(await cluster.recordEvent(event, new Date())).toMatchObject({ count: 1, wrote: true });
  expect(await cluster.recordEvent(event, new Date(), { freshFor: 60_000 })).toMatchObject({ wrote: false });
  const name = fixture.api.requests[0]?.split(' ')[1];
  const listed = await cluster.list(
    { path: `${name}` },
    { keep: (object) => (object as { source?: unknown }).source, onPage: () => {} },
  );
  expect([...listed.values()]).toEqual([{ component: 'ours' }]);
});

test('a cluster elects a leader, and releases the Lease when it is closed', async () => {
  const election = cluster.elect({
    ...{ namespace: 'ours', name: 'events', identity: 'one', now: () => new Date() },
    ...{ ...health, onLeading: () => {} },
    times: { duration: 200, deadline: 100, retry: 10, timeout: 5_000 },
  });
  const holder = () => fixture.api.stored(LEASE)?.spec as { holderIdentity: string } | undefined;
  await expect.poll(() => election.leading).toBe(true);
  expect(holder()).toMatchObject({ holderIdentity: 'one', leaseDurationSeconds: 1 });
  await cluster.close();
  expect(election.leading).toBe(false);
  expect(holder()?.holderIdentity).toBe('');
});

test('a cluster writes its Secret and its webhook configurations', async () => {
  const { signal } = cluster;
  fixture.api.put(MUTATING, { webhooks: [{ name: 'a.ours', clientConfig: {} }] });
  const secret = cluster.secret({ namespace: 'ours', name: 'certificates', timeout: 5_000, signal });
  await secret.write(undefined, { 'tls.crt': 'a', 'tls.key': 'b' });
  const options = { validating: 'ours', mutating: 'zz-ours', suffix: '.ours', timeout: 5_000, signal };
  const configurations = cluster.webhookConfigurations(options);
  for (const configuration of await configurations.read()) await configurations.write(configuration, 'ca');
  expect(fixture.api.stored(SECRET)).toMatchObject({ type: 'kubernetes.io/tls' });
  expect(fixture.api.stored(MUTATING)).toMatchObject({
    webhooks: [{ clientConfig: { caBundle: Buffer.from('ca').toString('base64') } }],
  });
});
