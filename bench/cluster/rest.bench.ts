import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../test/control-plane/control-plane.ts';
import { apiOf } from '../../test/control-plane/support/api.ts';
import { type Installed, install } from '../../test/control-plane/support/installed.ts';
import { cpuMilliseconds, machineLoad, mib, ms, residentBytes, spread, table } from '../figures.mjs';
import { type Client, connectTo } from './api.ts';
import { CATALOG, CONFIG_MAP, CONFIG_MAPS } from './usage/catalog.ts';

/*
 * Measures two replicas of the shipped program on a real API server: CPU and memory at rest, and the time from the API server's
 * answer to an edit until a replica serves it. The catalog thread has ended before each edit, as before most edits of a cluster.
 */

const seconds = Number(process.env.BENCH_SECONDS ?? 60);
const edits = Number(process.env.BENCH_EDITS ?? 15);

/** Milliseconds, longer than the catalog thread waits for its next text. */
const BETWEEN = 11_000;

let controlPlane: ControlPlane;
let installed: Installed;
let api: Client;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  api = connectTo({ server: controlPlane.url, token: controlPlane.adminToken, connections: 1 });
  installed = await install(controlPlane, {
    replicas: 2,
    before: () => apiOf(controlPlane).create(CONFIG_MAPS, CONFIG_MAP),
  });
});

afterAll(async () => {
  await installed?.killAll();
  api?.[Symbol.dispose]();
  await controlPlane?.stop();
});

it('prints what a replica costs at rest, and when it serves an edit', async () => {
  print(`${process.version}, load ${machineLoad()} before it began`);
  await pause(2 * BETWEEN);
  print(await rest());
  print(await served());
  print(`load ${machineLoad()} at the end`);
});

async function rest(): Promise<string> {
  const { replicas } = installed;
  const before = replicas.map(({ pid }) => cpuMilliseconds(pid));
  await pause(seconds * 1_000);
  const rows = await Promise.all(
    replicas.map(async (replica, index) => [
      (await replica.series('events_leader')) === 1 ? 'writes Events' : 'writes none',
      ms((cpuMilliseconds(replica.pid) - (before[index] ?? Number.NaN)) / seconds),
      mib(residentBytes(replica.pid)),
    ]),
  );
  return table([['a replica at rest', 'CPU a second', 'memory (RSS)'], ...rows]);
}

async function served(): Promise<string> {
  const reviewers: number[] = [];
  const others: number[] = [];
  for (let edit = 0; edit < edits; edit += 1) {
    await pause(BETWEEN);
    const before = installed.replicas.map(({ logged }) => [
      logged('catalog is served').length,
      logged('review answered').length,
    ]);
    const data = { ...CONFIG_MAP.data, 'images-v1.yaml': `${CATALOG}# edit ${edit}\n` };
    const { status, body } = await api.send('PUT', `${CONFIG_MAPS}/image-config`, { ...CONFIG_MAP, data });
    const answered = Date.now();
    if (status !== 200) throw new Error(`the edit was answered with ${status}: ${body}`);
    for (const [index, { logged }] of installed.replicas.entries()) {
      const [loads = 0, reviews = 0] = before[index] ?? [];
      await vi.waitFor(() => expect(logged('catalog is served').length).toBeGreaterThan(loads), 10_000);
      const after = Date.parse(String(logged('catalog is served')[loads]?.time)) - answered;
      (logged('review answered').length > reviews ? reviewers : others).push(after);
    }
  }
  return table([
    ['from the answer to an edit until a replica serves it', 'p50 / p99 / longest'],
    ['the replica that reviewed the edit', spread(reviewers)],
    ['the other one', spread(others)],
    ['both', spread([...reviewers, ...others])],
  ]);
}

const print = (text: string): void => void process.stdout.write(`\n${text}\n`);
