import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { digestOf } from '../../../src/catalog/load.ts';
import { defaultPrecedence } from '../../../src/catalog/lookup.ts';
import { createAuthority, issueServing } from '../../../src/certificates/issuer.ts';
import { CALL_TIMEOUT } from '../../../src/cli/serve/managed-certificate.ts';
import { serve } from '../../../src/cli/serve/serve.ts';
import { defaultWatch } from '../../../src/server/file-watch.ts';
import { defaultPolicy, type ServeSettings } from '../../../src/settings.ts';
import { decodeState } from '../../../src/site/state.ts';
import { ApiServer } from '../../support/api-server.ts';
import { buildCatalogThread } from '../../support/bundle.ts';
import { send } from '../../support/https-client.ts';
import { kubeconfigFor } from '../../support/kubeconfig.ts';
import { collectLog } from '../../support/log.ts';
import { podReview } from '../../support/reviews.ts';
import { type RunningServe, startServe } from '../../support/running-serve.ts';
import { settingsFrom } from '../../support/serve-settings.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { seriesIn } from '../../support/webhook-server.ts';

const CATALOG = '/api/v1/namespaces/tf-public/configmaps/image-config';
const SECRET = '/api/v1/namespaces/image-config-admission/secrets/image-config-admission-certificates';
const VALIDATING =
  '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/image-config-admission';

let files: Awaited<ReturnType<typeof temporaryDirectory>>;
let thread: URL;
beforeAll(async () => {
  files = await temporaryDirectory();
  thread = await buildCatalogThread(files.path);
});
afterAll(() => files[Symbol.asyncDispose]());

let api: ApiServer;
let running: RunningServe | undefined;
beforeEach(async () => {
  api = await ApiServer.start();
});
afterEach(async () => {
  await running?.[Symbol.asyncDispose]();
  running = undefined;
  await api[Symbol.asyncDispose]();
});

async function start(settings: Partial<ServeSettings> = {}, poll = 100): Promise<RunningServe> {
  const { cluster } = settingsFrom(['--kubeconfig', await kubeconfigFor(api, files.path)]);
  running = await startServe({ cluster, ...settings }, { thread, watch: { ...defaultWatch, poll } });
  return running;
}

const check = async ({ readyz }: RunningServe, name: string): Promise<string | undefined> =>
  (await readyz()).checks.find((candidate) => candidate.name === name)?.reason;

const text = (name: string) => ({
  data: { 'images-v1.yaml': `${name}: {state: stable, image: r.example.org/${name}, variants: {}}\n` },
});
const webhooks = (caBundle?: string) => ({
  webhooks: [{ name: 'catalog.image-config.toolforge.org', clientConfig: caBundle ? { caBundle } : {} }],
});
const caBundle = (): string | undefined =>
  (api.stored(VALIDATING) as ReturnType<typeof webhooks> | undefined)?.webhooks[0]?.clientConfig.caBundle;
const authority = (): string | undefined =>
  (api.stored(SECRET) as { data?: Record<string, string> } | undefined)?.data?.['ca.crt'];

test('a first start becomes ready, answers Pods and writes the caBundle', async () => {
  api.put(CATALOG, text('python3.11'));
  api.put(VALIDATING, webhooks());
  const server = await start();
  await expect.poll(async () => (await server.readyz()).status, { timeout: 10_000 }).toBe(200);
  expect(await check(server, 'catalog')).toBe(
    `valid: 1 entries, 0 warnings, ${digestOf(text('python3.11').data['images-v1.yaml'])}`,
  );
  expect(await check(server, 'certificate')).toMatch(/^valid until/);
  expect(caBundle()).toBe(authority());

  const pod = { metadata: {}, spec: { containers: [{ name: 'a', image: 'python3.11' }] } };
  const body = JSON.stringify(podReview(pod));
  const reply = await send({ port: server.tlsPort, path: '/mutate-pods', body });
  expect(JSON.parse(reply.body).response).toMatchObject({ allowed: true, patchType: 'JSONPatch' });
  expect(server.logged('ready')).toHaveLength(1);
});

describe('without watches', () => {
  test.each([
    [
      'an overwritten caBundle',
      () => void api.put(VALIDATING, webhooks(Buffer.from('junk').toString('base64'))),
    ],
    ['a deleted Secret', () => api.remove(SECRET)],
    ['an emptied Secret', () => void api.put(SECRET, { data: {} })],
  ])('%s is repaired', async (_, harm) => {
    api.put(VALIDATING, webhooks());
    const server = await start();
    await expect.poll(caBundle, { timeout: 10_000 }).toBeTypeOf('string');
    // A reconciliation serves last, so none is running now.
    await expect.poll(() => server.logged('certificate is served').length).toBe(1);
    const before = caBundle();
    const kept = authority();
    // From now on no watch reports a change.
    api.faults.watch = 'silence';
    api.endWatches('silence');
    harm();
    await expect.poll(authority, { timeout: 10_000 }).toBe(kept);
    await expect.poll(caBundle, { timeout: 10_000 }).toContain(before?.slice(0, 500));
    expect((await server.readyz()).checks[0]).toMatchObject({ ready: true });
  });
});

test('the period of reconciliation and the timeout of a call leave ten seconds for a repair', () => {
  expect(defaultWatch.poll + CALL_TIMEOUT).toBeLessThan(10_000);
});

test('a forbidden Secret is reported by /readyz and once in the log, and the server recovers when it is permitted', async () => {
  api.faults.get = 403;
  const server = await start();
  await expect.poll(() => check(server, 'certificate')).toContain('refused with 403');
  await expect
    .poll(() => api.requests.filter((request) => request.includes('/secrets/')).length)
    .toBeGreaterThan(2);
  expect(server.logged('certificates not reconciled')).toHaveLength(1);
  const failing = async () =>
    seriesIn(await server.metrics(), 'image_config_admission_certificate_renewal_failing');
  expect(await failing()).toBe(1);
  delete api.faults.get;
  await expect.poll(async () => (await server.readyz()).status, { timeout: 10_000 }).toBe(200);
  await expect.poll(failing).toBe(0);
});

test('forbidden webhook configurations do not keep the server from serving', async () => {
  const first = await start();
  await expect.poll(authority, { timeout: 10_000 }).toBeTypeOf('string');
  await first[Symbol.asyncDispose]();
  api.put(VALIDATING, webhooks());
  api.faults.write = 403;
  const server = await start();
  await expect.poll(() => check(server, 'certificate'), { timeout: 10_000 }).toMatch(/^valid until/);
  expect(server.logged('certificates not reconciled')).toMatchObject([
    { level: 'warn', certificate: { fault: 'refused with 403', serving: true } },
  ]);
});

test('with a directory of certificates the server requests neither Secrets nor webhook configurations', async () => {
  api.put(CATALOG, text('python3.11'));
  const now = new Date();
  const authority = await createAuthority({ commonName: 'test', now, days: 1 });
  const names = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] };
  const pair = await issueServing(authority, { ...names, now, days: 1 });
  await writeFile(join(files.path, 'tls.crt'), pair.certificate);
  await writeFile(join(files.path, 'tls.key'), pair.key);
  const server = await start({ certDir: files.path });
  await expect.poll(async () => (await server.readyz()).status).toBe(200);
  // The ConfigMap, the namespaces and seven kinds of workloads.
  await expect.poll(() => api.openWatches).toBe(9);
  for (const request of api.requests) expect(request).not.toMatch(/secrets|admissionregistration/);
});

test('the program ends while its last call still waits for a hanging API server', async () => {
  api.put(CATALOG, text('python3.11'));
  api.faults.write = 'silence';
  const server = await start();
  // The program waits for a write of the Lease, since its result decides whether there is one to release.
  await expect.poll(() => api.requests.filter((request) => /^POST .*leases/.test(request)).length).toBe(1);
  server.signal('SIGINT');
  expect(await server.ended).toBe(0);
  // After this answer the API server has seen each call that was aborted.
  await api.connect().call({ path: CATALOG, signal: AbortSignal.timeout(10_000) });
  expect(api.unanswered).toBe(1);
});

test('the metrics count the changes of certificates', async () => {
  api.put(VALIDATING, webhooks());
  const server = await start();
  await expect.poll(caBundle, { timeout: 10_000 }).toBeTypeOf('string');
  const series = async (name: string) => seriesIn(await server.metrics(), `image_config_admission_${name}`);
  expect(await series('certificate_steps_total{step="start-over"}')).toBe(1);
  await expect.poll(() => series('ca_bundles_written_total')).toBe(1);
  for (const watch of ['tf-public/image-config', 'secrets', 'validatingwebhookconfigurations'])
    expect(await series(`watch_silence_seconds{watch="${watch}"}`)).toBeLessThan(10);
});

test('/state.json has the catalog and the workloads of tools', async () => {
  api.put(CATALOG, text('python3.11'));
  api.put('/api/v1/namespaces/tool-wikibugs', { metadata: { labels: { tenancy: 'tool' } } });
  const server = await start();
  const state = async () =>
    decodeState(await (await fetch(`http://127.0.0.1:${server.opsPort}/state.json`)).text());
  await expect.poll(async () => (await state()).use, { timeout: 10_000 }).toMatchObject({ workloads: [] });
  const container = { name: 'a', image: 'r.example.org/python3.11:latest' };
  api.put('/api/v1/namespaces/tool-wikibugs/pods/shell', { spec: { containers: [container] } });
  await expect.poll(state, { timeout: 20_000 }).toEqual({
    catalog: { digest: expect.stringMatching(/^sha256:/), text: text('python3.11').data['images-v1.yaml'] },
    outdated: null,
    use: {
      known: true,
      since: expect.any(String),
      workloads: [
        {
          tool: 'wikibugs',
          workload: 'Pod/shell',
          image: 'python3.11',
          asksFor: 'r.example.org/python3.11',
        },
      ],
    },
    settings: { policy: defaultPolicy, precedence: defaultPrecedence, pastRemoval: 'warn' },
  });
});

test('a missing kubeconfig is a usage error that names the file', async () => {
  const settings = settingsFrom(['--kubeconfig', join(files.path, 'missing')]);
  const io = {
    stderr: { write: () => {} },
    env: {},
    onSignal: () => {},
    docs: new URL('file:///'),
    script: '',
  };
  await expect(serve(settings, io, { logTo: collectLog().destination })).rejects.toThrow(
    /^cannot read the kubeconfig .*missing: ENOENT.*\n\(--catalog FILE serves a file without a cluster\)$/,
  );
});
