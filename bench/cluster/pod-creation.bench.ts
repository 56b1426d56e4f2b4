import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, it } from 'vitest';
import { runningPid } from '../../test/control-plane/control-plane/process.ts';
import { type ControlPlane, startControlPlane } from '../../test/control-plane/control-plane.ts';
import { apiOf } from '../../test/control-plane/support/api.ts';
import { type Installed, install } from '../../test/control-plane/support/installed.ts';
import { type Service, startService } from '../../test/control-plane/support/service.ts';
import type { Json } from '../../test/support/reviews.ts';
import { cpuMilliseconds, keep, machineLoad, median, ms, percentile, table } from '../figures.mjs';
import { type Client, connectTo, forEach } from './api.ts';
import { configureBare, configureOurs, type SameAnswer, startSameAnswer } from './pods/webhooks.ts';
import { createNamespace } from './usage/population.ts';
import { toolPod } from './usage/tool-pods.ts';

/*
 * Measures the cost that webhooks add to the creation and the update of a Pod on a real API server: CPU of the API server and
 * of the webhook, and time. Each kind has its own namespace. All webhooks are called through the same proxy, one hop more
 * than with the Service of a cluster.
 */

const rounds = Number(process.env.BENCH_ROUNDS ?? 12);
const pods = Number(process.env.BENCH_PODS ?? 100);
const CLIENTS = [1, 16];

const CATALOG = readFileSync(
  new URL('../../test/fixtures/image-config/images-v1.2026.yaml', import.meta.url),
  'utf8',
);
const ALIAS = 'tf-python39';
const URL_39 = 'docker-registry.tools.wmflabs.org/toolforge-python39-sssd-web:latest';
const URL_311 = 'docker-registry.tools.wmflabs.org/toolforge-python311-sssd-web:latest';

/** The webhooks, by the label `bench` of the namespaces whose Pods they review. The others are compared with the first two. */
const kinds = [
  { label: 'none', title: 'no webhook' },
  { label: 'bare', title: 'a bare one with the same answer' },
  { label: 'default', title: 'this one' },
  { label: 'toolforge', title: "this one, Toolforge's values", files: ['toolforge.yaml'] },
  { label: 'skip', title: 'this one, `byUrl: skip`', values: { podWebhooks: { byUrl: 'skip' } } },
] as const;

/** The calls for each Pod, in this order: the later ones change the Pod that the first one created. */
const actions: readonly { readonly title: string; readonly call: (name: string) => Call }[] = [
  { title: 'CREATE, by alias', call: (name) => ['POST', '', toolPod({ name, by: 'job', image: ALIAS })] },
  {
    title: 'CREATE, by URL',
    call: (name) => ['POST', '', toolPod({ name: `${name}-by-url`, by: 'job', image: URL_39 })],
  },
  {
    title: 'UPDATE of the image, to a URL',
    call: (name) => ['PATCH', `/${name}`, { spec: { containers: [{ name: CONTAINER, image: URL_311 }] } }],
  },
  {
    title: 'UPDATE of a label',
    call: (name) => ['PATCH', `/${name}`, { metadata: { labels: { 'example.org/a': 'b' } } }],
  },
];
type Call = readonly [method: string, path: string, body: Json];
const CONTAINER = toolPod({ name: 'x', by: 'job', image: ALIAS }).spec.containers[0].name;

let controlPlane: ControlPlane;
let installed: Installed;
let bare: SameAnswer;
let service: Service;
let api: Client;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  api = connectTo({
    server: controlPlane.url,
    token: controlPlane.adminToken,
    connections: Math.max(...CLIENTS),
  });
  const configMap = { metadata: { name: 'image-config' }, data: { 'images-v1.yaml': CATALOG } };
  const admin = apiOf(controlPlane);
  installed = await install(controlPlane, {
    before: () => admin.create('/api/v1/namespaces/tf-public/configmaps', configMap),
  });
  const shipped = await admin.get(
    '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/zz-image-config-admission',
  );
  const { url, caBundle } = shipped.webhooks[0].clientConfig;
  for (const kind of kinds) {
    await createNamespace(api, namespaceOf(kind), { bench: kind.label });
    if (kind.label === 'none' || kind.label === 'bare') continue;
    const { label, values = {}, files = [] } = { values: undefined, files: undefined, ...kind };
    await configureOurs(api, { origin: new URL(url).origin, caBundle }, { label, values, files: [...files] });
  }
  bare = await startSameAnswer(url);
  service = await startService();
  service.add(bare.port);
  await configureBare(api, { origin: `https://127.0.0.1:${service.port}`, caBundle: bare.caBundle });
});

afterAll(async () => {
  await bare?.[Symbol.asyncDispose]();
  await service?.[Symbol.asyncDispose]();
  await installed?.killAll();
  api?.[Symbol.dispose]();
  await controlPlane?.stop();
});

it('prints what each webhook adds', async () => {
  const before = machineLoad();
  const measured = new Map<string, Round[]>();
  for (let round = -1; round < rounds; round += 1)
    // The first one changes from round to round, so that the machine's drift affects all of them.
    for (const clients of CLIENTS)
      for (let place = 0; place < kinds.length; place += 1) {
        const kind = kinds[(place + round + kinds.length) % kinds.length] ?? kinds[0];
        const found = await doAll(kind, `${round + 1}-${clients}`, clients);
        // The first round opens connections, warms up the compilers, and fetches the answers of the bare server.
        if (round < 0) continue;
        for (const [index, one] of found.entries()) {
          const key = keyOf(kind, clients, index);
          measured.set(key, [...(measured.get(key) ?? []), one]);
        }
      }

  const costs = CLIENTS.flatMap((clients) =>
    actions.map(({ title }, action) => ({
      title,
      clients,
      rows: rowsOf((kind) => measured.get(keyOf(kind, clients, action)) ?? []),
    })),
  );
  for (const { title, clients, rows } of costs)
    process.stdout.write(
      `\n${title}, ${clients === 1 ? 'one at a time' : `${clients} clients`}\n\n${tableOf(rows)}\n`,
    );
  process.stdout.write(
    `\n${rounds} rounds of ${pods} Pods each, in turn; load ${before} before and ${machineLoad()} after\n`,
  );
  keep('podCosts', costs);
  const alias = costs.find(({ clients }) => clients === CLIENTS[0])?.rows ?? [];
  keep(
    'podCreation',
    ['none', 'default', 'bare'].map((label) => alias.find((row) => row.label === label)),
  );
});

type Kind = (typeof kinds)[number];

const namespaceOf = ({ label }: Kind): string => `bench-${label}`;
const keyOf = ({ label }: Kind, clients: number, action: number): string => `${label} ${clients} ${action}`;

/** One action on all Pods of a round; CPU times are in milliseconds per Pod. */
interface Round {
  readonly apiServer: number;
  readonly webhook: number;
  readonly latencies: readonly number[];
}

/** All actions on the Pods of one round, which are deleted afterwards. */
async function doAll(kind: Kind, round: string, clients: number): Promise<Round[]> {
  const path = `/api/v1/namespaces/${namespaceOf(kind)}/pods`;
  const found: Round[] = [];
  for (const { call } of actions) {
    const [apiServer, webhook] = cpu(kind);
    const latencies: number[] = [];
    await forEach(Array(pods).keys(), clients, async (number) => {
      const [method, below, body] = call(`pod-${round}-${number}`);
      const answer = await api.send(method, `${path}${below}`, body);
      if (answer.status >= 300) throw new Error(`${method} ${path}${below}: ${answer.status} ${answer.body}`);
      latencies.push(answer.milliseconds);
    });
    const [apiServerAfter, webhookAfter] = cpu(kind);
    found.push({
      apiServer: (apiServerAfter - apiServer) / pods,
      webhook: (webhookAfter - webhook) / pods,
      latencies,
    });
  }
  await api.send('DELETE', `${path}?gracePeriodSeconds=0`);
  // The watch events of this round should not count for the next one.
  await pause(300);
  return found;
}

/**
 * CPU times of the API server and of the webhook. Without a webhook the second time is that of this webhook, which watches
 * Pods in any case.
 */
function cpu({ label }: Kind): [apiServer: number, webhook: number] {
  const ours = installed.replicas[0]?.pid ?? 0;
  const apiServer = runningPid(controlPlane.site, 'kube-apiserver') ?? 0;
  // This webhook watches the Pods of all kinds, so the time of the bare one is added to its time.
  const webhook = cpuMilliseconds(ours) + (label === 'bare' ? cpuMilliseconds(bare.pid) : 0);
  return [cpuMilliseconds(apiServer), webhook];
}

/** The cost of a webhook. CPU: the difference to no webhook, medians over the rounds. Times: percentiles of all calls. */
interface Row {
  readonly label: Kind['label'];
  readonly title: string;
  readonly apiServer: number;
  readonly webhook: number;
  readonly both: number;
  /** `both` divided by that of the bare webhook. */
  readonly ratio: number;
  readonly p50: number;
  readonly p10: number;
}

function rowsOf(roundsOf: (kind: Kind) => readonly Round[]): Row[] {
  const none = roundsOf(kinds[0]);
  const added = (kind: Kind, of: (round: Round) => number): number =>
    median(roundsOf(kind).map((round, index) => of(round) - (none[index] ? of(none[index]) : Number.NaN)));
  const both = (kind: Kind): number => added(kind, ({ apiServer, webhook }) => apiServer + webhook);
  return kinds.map((kind) => {
    const latencies = roundsOf(kind).flatMap((round) => round.latencies);
    return {
      label: kind.label,
      title: kind.title,
      apiServer: added(kind, ({ apiServer }) => apiServer),
      webhook: added(kind, ({ webhook }) => webhook),
      both: both(kind),
      ratio: both(kind) / both(kinds[1]),
      p50: median(latencies),
      p10: percentile(latencies, 0.1),
    };
  });
}

function tableOf(rows: readonly Row[]): string {
  const [none] = rows;
  return table([
    ['the webhook', 'CPU of kube-apiserver', 'of the webhook', 'both', 'both / bare', 'p50', 'p10'],
    ...rows.map((row) => {
      if (row === none) return [row.title, '', '', '', '', ms(row.p50), ms(row.p10)];
      const times = [row.p50 - (none?.p50 ?? 0), row.p10 - (none?.p10 ?? 0)];
      const [apiServer = '', webhook = '', both = '', p50 = '', p10 = ''] = [
        row.apiServer,
        row.webhook,
        row.both,
        ...times,
      ].map(signed);
      return [row.title, apiServer, webhook, both, row.ratio.toFixed(2), p50, p10];
    }),
  ]);
}

const signed = (milliseconds: number): string =>
  `${milliseconds < 0 ? '' : '+'}${milliseconds.toFixed(2)} ms`;
