import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../test/cluster/control-plane.ts';
import { apiOf } from '../../test/cluster/manifests/api.ts';
import { type Installed, install } from '../../test/cluster/support/installed.ts';
import { type Service, startService } from '../../test/cluster/support/service.ts';
import { keep } from '../figures.mjs';
import { type Client, connectTo, create, forEach } from './api.ts';
import { median, ms, percentile, table } from './figures.ts';
import { load } from './replica.ts';
import { createNamespace } from './usage/population.ts';
import { toolPod } from './usage/tool-pods.ts';

/*
 * What a webhook adds to the creation of a Pod on a real API server: in namespaces without one, with ours, and with the
 * least that answers. Both webhooks are called the same way, over one hop more than the Service of a cluster costs.
 */

const rounds = Number(process.env.BENCH_ROUNDS ?? 12);
const PODS = 100;
/** As a few controllers do. */
const AT_ONCE = 4;

const CATALOG = readFileSync(
  new URL('../../test/fixtures/image-config/images-v1.2026.yaml', import.meta.url),
  'utf8',
);

/** Namespaces, and which webhook is asked about their Pods. */
const kinds = [
  { name: 'bench-plain', labels: {}, title: 'no webhook' },
  { name: 'tool-bench', labels: { tenancy: 'tool' }, title: 'this one' },
  { name: 'bench-bare', labels: { bench: 'bare' }, title: 'a bare `node:https` one' },
];

let controlPlane: ControlPlane;
let installed: Installed;
let bare: AsyncDisposable;
let api: Client;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  api = connectTo({ server: controlPlane.url, token: controlPlane.adminToken, connections: AT_ONCE });
  const configMaps = '/api/v1/namespaces/tf-public/configmaps';
  const configMap = { metadata: { name: 'image-config' }, data: { 'images-v1.yaml': CATALOG } };
  installed = await install(controlPlane, {
    before: () => apiOf(controlPlane).create(configMaps, configMap),
  });
  for (const { name, labels } of kinds) await createNamespace(api, name, labels);
  bare = await startBareWebhook();
});

afterAll(async () => {
  await bare?.[Symbol.asyncDispose]();
  await installed?.killAll();
  api?.[Symbol.dispose]();
  await controlPlane?.stop();
});

it('prints what a webhook adds', async () => {
  const before = load();
  const took = kinds.map((): number[][] => []);
  for (let round = -1; round < rounds; round += 1) {
    // Who comes first changes, so that the machine's drift hits all of them.
    const order = kinds.map((_, place) => (place + round + kinds.length) % kinds.length);
    for (const index of order) {
      const latencies = await createPods(kinds[index]?.name ?? '', round);
      // The first ones open connections and warm up the compilers.
      if (round >= 0) took[index]?.push(latencies);
    }
  }
  const plain = took[0] ?? [];
  const results = kinds.map(({ title }, index) => {
    const own = took[index] ?? [];
    const ratios = own.map((latencies, round) => median(latencies) / median(plain[round] ?? []));
    const all = own.flat();
    return { title, p50: median(all), p95: percentile(all, 0.95), ratio: median(ratios) };
  });
  process.stdout.write(
    `\n${table([
      ['a Pod is created; the webhook', 'p50', 'p95', 'p50 / no webhook'],
      ...results.map(({ title, p50, p95, ratio }) => [title, ms(p50), ms(p95), ratio.toFixed(2)]),
    ])}\n\n${rounds} rounds of ${PODS} Pods each, in turn, ${AT_ONCE} at once; load ${before} before and ${load()} after\n`,
  );
  keep('podCreation', results);
});

/** Milliseconds of each; every Pod asks for an alias. */
async function createPods(namespace: string, round: number): Promise<number[]> {
  const took: number[] = [];
  await forEach(Array(PODS).keys(), AT_ONCE, async (number) => {
    const name = `pod-${round + 1}-${number}`;
    const began = performance.now();
    await create(
      api,
      `/api/v1/namespaces/${namespace}/pods`,
      toolPod({ name, by: 'job', image: 'tf-python39' }),
    );
    took.push(performance.now() - began);
  });
  return took;
}

/** bench/bare-server.mjs in a process of its own, called for the Pods of the namespaces with its label. */
async function startBareWebhook(): Promise<AsyncDisposable> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-bare-'));
  execFileSync(process.execPath, ['dist/main.js', 'certs', '--dir', dir]);
  const child = spawn(
    process.execPath,
    ['bench/bare-server.mjs', join(dir, 'tls.crt'), join(dir, 'tls.key')],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [port] = await once(child.stdout, 'data');
  const service: Service = await startService();
  service.add(Number(port));
  await create(api, '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations', {
    metadata: { name: 'bench-bare' },
    webhooks: [
      {
        name: 'bare.image-config-admission.test',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        clientConfig: {
          url: `https://127.0.0.1:${service.port}/mutate-pods`,
          caBundle: readFileSync(join(dir, 'ca.crt')).toString('base64'),
        },
        namespaceSelector: { matchLabels: { bench: 'bare' } },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      },
    ],
  });
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await service[Symbol.asyncDispose]();
      await rm(dir, { recursive: true });
    },
  };
}
