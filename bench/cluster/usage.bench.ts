import { afterAll, beforeAll, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../test/control-plane/control-plane.ts';
import { apiOf } from '../../test/control-plane/support/api.ts';
import { succeeds } from '../../test/control-plane/support/commands.ts';
import { type Installed, install } from '../../test/control-plane/support/installed.ts';
import type { Program } from '../../test/control-plane/support/program.ts';
import { kib, machineLoad, seconds } from '../figures.mjs';
import { type Client, connectTo } from './api.ts';
import { CONFIG_MAP, CONFIG_MAPS } from './usage/catalog.ts';
import { creations } from './usage/creations.ts';
import { removals, removalTable } from './usage/edits.ts';
import { eventsWritten } from './usage/events.ts';
import { heapTable } from './usage/heap.ts';
import { populate } from './usage/population.ts';
import { start, startTable } from './usage/start.ts';

/*
 * Measures the cost of the usage index: the shipped program with a real API server that has more Pods and templates than
 * Toolforge. It takes five minutes on two idle cores, and twice as long on busy ones.
 */

const pods = Number(process.env.BENCH_PODS ?? 10_000);
const templates = Number(process.env.BENCH_TEMPLATES ?? 3_000);
const tools = Number(process.env.BENCH_TOOLS ?? 1_000);
const minutes = Number(process.env.BENCH_MINUTES ?? 2);
const rounds = Number(process.env.BENCH_ROUNDS ?? 6);

/** Controllers that would create or delete Pods, or write into each namespace. */
const idle = [
  ...['deployment', 'replicaset', 'job', 'cronjob', 'garbage-collector', 'pod-garbage-collector'],
  'root-ca-certificate-publisher',
];

let controlPlane: ControlPlane;
let installed: Installed;
let api: Client;

beforeAll(async () => {
  controlPlane = await startControlPlane({
    controllerManagerFlags: [`--controllers=${idle.map((name) => `-${name}-controller`).join()}`],
  });
  api = connectTo({ server: controlPlane.url, token: controlPlane.adminToken, connections: 64 });
  // The first replica makes the certificates, so that the measured ones find them.
  installed = await install(controlPlane, {
    before: () => apiOf(controlPlane).create(CONFIG_MAPS, CONFIG_MAP),
  });
  await installed.killAll();
});

afterAll(async () => {
  await installed?.killAll();
  api?.[Symbol.dispose]();
  await controlPlane?.stop();
});

it('prints what the usage index costs', async () => {
  print(`${process.version}, load ${machineLoad()} before it began`);
  const empty = await start(installed, controlPlane);
  const unused = await removals(api);
  await installed.killAll();

  await withoutWebhooks(async () => {
    const { podBytes, milliseconds } = await populate(api, { pods, templates, tools });
    print(
      `${pods} Pods of ${kib(podBytes)} and ${templates} templates of ${tools} tools, made in ${seconds(milliseconds)}; load ${machineLoad()}`,
    );
  });

  const full = await start(installed, controlPlane);
  print(startTable(empty, full, pods + templates));
  print(await heapTable(controlPlane));
  print(removalTable(unused, await removals(api)));
  const [replica] = installed.replicas as [Program];
  print(await eventsWritten(api, replica, { minutes, tools }));
  print(await creations(api, { rounds, tools }));
  print(`load ${machineLoad()} at the end`);
});

/** The webhooks need not be called for ten thousand Pods that are only listed. */
async function withoutWebhooks(work: () => Promise<void>): Promise<void> {
  const configurations = [
    'validatingwebhookconfiguration/image-config-admission',
    'mutatingwebhookconfiguration/zz-image-config-admission',
  ];
  await succeeds(controlPlane.kubectl(['delete', ...configurations]));
  await work();
  await installed.applyAgain();
}

const print = (text: string): void => void process.stdout.write(`\n${text}\n`);
