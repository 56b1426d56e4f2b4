import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../test/control-plane/control-plane.ts';
import { apiOf } from '../../test/control-plane/support/api.ts';
import { GOOD, KEY } from '../../test/control-plane/support/catalog.ts';
import { type Installed, install } from '../../test/control-plane/support/installed.ts';
import { MIB, machineLoad, table } from '../figures.mjs';
import { everything, isLateness } from './soak/habits.ts';
import { put } from './soak/load.ts';
import { byMinute, growth } from './soak/report.ts';
import { type Sample, sample } from './soak/samples.ts';

/*
 * Two replicas under every kind of load for half an hour, to find leaks. A leak of memory may show late. A leak of handles
 * shows at once: there must be no more handles after the load than after its first minute.
 */

const minutes = Number(process.env.SOAK_MINUTES ?? 30);
const NAMESPACE = 'tool-soak';
const MINUTE = 60_000;
const EVERY = 10_000;
/** Minutes in which code is compiled and caches fill: their growth is no leak. */
const warmUp = Math.min(5, minutes / 3);
/** Bytes by which the memory of a replica at rest may grow after the first minute: V8 keeps some pages. */
const MORE = { rss: 32 * MIB, heap: 16 * MIB };
/** Milliseconds, longer than any idle connection stays open: the webhook closes them after 120 s, the API server after 90. */
const REST = 135_000;

let controlPlane: ControlPlane;
let installed: Installed;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  const api = apiOf(controlPlane);
  const configMap = { metadata: { name: 'image-config' }, data: { [KEY]: GOOD } };
  installed = await install(controlPlane, {
    replicas: 2,
    before: () => api.create('/api/v1/namespaces/tf-public/configmaps', configMap),
  });
  await api.createNamespace(NAMESPACE, { tenancy: 'tool' });
});

afterAll(async () => {
  await installed?.killAll();
  await controlPlane?.stop();
});

it(
  `leaks nothing in ${minutes} minutes of every kind of load`,
  async () => {
    const { replicas } = installed;
    const { habits, late } = everything(controlPlane, NAMESPACE, replicas);
    const began = performance.now();
    const sampleAll = () => Promise.all(replicas.map((replica) => sample(replica, began)));
    /** Samples after the load has ended and connections were closed. */
    const rest = async (): Promise<Sample[]> => {
      const pods = `/api/v1/namespaces/${NAMESPACE}/pods?gracePeriodSeconds=0`;
      await controlPlane.request(pods, { method: 'DELETE' });
      await pause(REST);
      return sampleAll();
    };

    console.log(`\nNode ${process.version}; load ${machineLoad()} before it began`);
    const first = put(habits);
    await pause(MINUTE);
    await first.stop();
    const before = await rest();

    const all = put(habits);
    const during: Sample[][] = [];
    for (const endAt = performance.now() + minutes * MINUTE; performance.now() < endAt; ) {
      await pause(EVERY);
      during.push(await sampleAll());
    }
    await all.stop();
    const after = await rest();

    const done = [...all.done].map(([what, times]) => [what, String(times)]);
    console.log(`\n${table([['what clients did', 'times'], ...done])}`);
    const watched = before.map((atRest, index) => ({
      before: atRest,
      during: during.flatMap((samples) => samples[index] ?? []),
      after: after[index] ?? atRest,
    }));
    const perMinute = MINUTE / EVERY;
    for (const [index, replica] of watched.entries())
      console.log(`\nReplica ${index + 1}\n\n${byMinute(replica, perMinute)}`);
    for (const left of [warmUp, (minutes * 2) / 3])
      console.log(
        `\nGrowth an hour, by least squares, without the first ${left.toFixed(1)} minutes:\n\n` +
          growth(watched, Math.ceil(left * perMinute)),
      );
    console.log(`\nEdits that were not checked in time: ${late()}\n`);

    const faults = replicas.flatMap(({ lines }) =>
      lines.filter(({ level }) => level === 'error').map(({ err }) => (err as Error).message),
    );
    expect(faults.filter((fault) => !isLateness(fault))).toEqual([]);
    expect([...first.surprises, ...all.surprises]).toEqual([]);
    for (const [index, { before, after }] of watched.entries()) {
      expect(after.rss, `RSS of replica ${index + 1}`).toBeLessThan(before.rss + MORE.rss);
      expect(after.heap, `heap of replica ${index + 1}`).toBeLessThan(before.heap + MORE.heap);
      expect(after.handles, `handles of replica ${index + 1}`).toBeLessThanOrEqual(before.handles);
      // Node prints a warning about listeners that accumulate.
      expect(replicas[index]?.stderr()).toBe('');
    }
  },
  (minutes + 15) * MINUTE,
);
