import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Connection } from '../../src/cluster/connection.ts';
import { type Lease, LeaseStore } from '../../src/cluster/lease.ts';
import { ApiServer } from '../support/api-server.ts';

const path = '/apis/coordination.k8s.io/v1/namespaces/ours/leases/events';
const { signal } = new AbortController();
let api: ApiServer;
let connection: Connection;
let now: Date;

beforeEach(async () => {
  api = await ApiServer.start();
  connection = api.connect();
  now = new Date('2026-11-22T12:00:00.789Z');
});
afterEach(async () => {
  connection.close();
  await api[Symbol.asyncDispose]();
});

const storeOf = (identity: string, duration = 15_000): LeaseStore =>
  new LeaseStore({
    ...{ connection, namespace: 'ours', name: 'events', timeout: 1_000 },
    ...{ identity, duration, now: () => now },
  });

/** One that is there. */
async function found(store: LeaseStore): Promise<Lease> {
  const lease = await store.read(signal);
  if (!lease) throw new Error('there is no Lease');
  return lease;
}

test('one that is not there reads as none, and is made as client-go makes them', async () => {
  const store = storeOf('one');
  expect(await store.read(signal)).toBeUndefined();
  expect(await store.create()).toMatchObject({ holder: 'one', duration: 15_000 });
  expect(api.stored(path)).toMatchObject({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace: 'ours', name: 'events' },
    spec: {
      holderIdentity: 'one',
      leaseDurationSeconds: 15,
      acquireTime: '2026-11-22T12:00:00.789000Z',
      renewTime: '2026-11-22T12:00:00.789000Z',
      leaseTransitions: 0,
    },
  });
});

test('who holds it for longer changes the time of that, and nothing else', async () => {
  const store = storeOf('one');
  await store.create();
  const before = api.stored(path)?.spec as object;
  now = new Date('2026-11-22T12:00:02Z');
  await store.hold(await found(store));
  expect(api.stored(path)?.spec).toEqual({ ...before, renewTime: '2026-11-22T12:00:02.000000Z' });
});

test('who takes it from somebody counts one more', async () => {
  await storeOf('one').create();
  const store = storeOf('two', 1_500);
  now = new Date('2026-11-22T12:01:00Z');
  expect(await store.hold(await found(store))).toMatchObject({ holder: 'two', duration: 2_000 });
  expect(api.stored(path)?.spec).toEqual({
    holderIdentity: 'two',
    leaseDurationSeconds: 2,
    acquireTime: '2026-11-22T12:01:00.000000Z',
    renewTime: '2026-11-22T12:01:00.000000Z',
    leaseTransitions: 1,
  });
});

test('who gives it back leaves it to nobody', async () => {
  const store = storeOf('one');
  await store.create();
  await store.release(await found(store));
  expect(await store.read(signal)).toMatchObject({ holder: '' });
  expect(api.stored(path)?.spec).toMatchObject({
    holderIdentity: '',
    leaseDurationSeconds: 1,
    leaseTransitions: 0,
  });
});

test('of two that make, take or keep it one wins, and the other is told', async () => {
  const stores = [storeOf('one'), storeOf('two')] as const;
  const winners = (wrote: readonly unknown[]) => wrote.filter((lease) => lease !== undefined);
  expect(winners(await Promise.all(stores.map((store) => store.create())))).toHaveLength(1);
  const lease = await found(stores[0]);
  expect(winners(await Promise.all(stores.map((store) => store.hold(lease))))).toHaveLength(1);
  expect(await stores[0].release(lease)).toBeUndefined();
});

test('to hold what has been deleted is to be too late, too', async () => {
  const store = storeOf('one');
  await store.create();
  const lease = await found(store);
  api.remove(path);
  expect(await store.hold(lease)).toBeUndefined();
});

test('labels, annotations and fields of somebody else stay', async () => {
  const metadata = { labels: { team: 'a' }, annotations: { b: 'c' } };
  api.put(path, { metadata, spec: { strategy: 'OldestEmulationVersion' } });
  const store = storeOf('one');
  await store.hold(await found(store));
  expect(api.stored(path)).toMatchObject({
    metadata,
    spec: { strategy: 'OldestEmulationVersion', holderIdentity: 'one', leaseTransitions: 1 },
  });
});

test('one without a word in it is held by nobody', async () => {
  api.put(path);
  expect(await storeOf('one').read(signal)).toMatchObject({ holder: '', duration: undefined });
});

test.each([403, 404, 500])('what is refused (%i) is an error, a missing namespace among it', async (code) => {
  const store = storeOf('one');
  api.faults.write = code;
  await expect(store.create()).rejects.toThrow(`refused with ${code}`);
});
