import { beforeEach, expect, test } from 'vitest';
import { type Lease, LeaseStore } from '../../src/cluster/lease.ts';
import { apiFixture } from '../support/api-fixture.ts';

const path = '/apis/coordination.k8s.io/v1/namespaces/ours/leases/events';
const fixture = apiFixture();
let now: Date;

beforeEach(() => {
  now = new Date('2026-11-22T12:00:00.789Z');
});

const storeOf = (identity: string, duration = 15_000): LeaseStore =>
  new LeaseStore({
    ...{ connection: fixture.connection, namespace: 'ours', name: 'events', timeout: 1_000 },
    ...{ identity, duration, now: () => now },
  });

/** The spec after this candidate has taken the Lease. */
const taken = (
  holderIdentity: string,
  leaseDurationSeconds: number,
  leaseTransitions: number,
  time: string,
) => ({
  holderIdentity,
  leaseDurationSeconds,
  acquireTime: time,
  renewTime: time,
  leaseTransitions,
});

async function existing(store: LeaseStore): Promise<Lease> {
  const lease = await store.read(fixture.stop.signal);
  if (!lease) throw new Error('there is no Lease');
  return lease;
}

test('a missing Lease is read as undefined, and created as client-go does', async () => {
  const store = storeOf('one');
  expect(await store.read(fixture.stop.signal)).toBeUndefined();
  expect(await store.create()).toMatchObject({ holder: 'one', duration: 15_000 });
  expect(fixture.api.stored(path)).toMatchObject({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace: 'ours', name: 'events' },
    spec: taken('one', 15, 0, '2026-11-22T12:00:00.789000Z'),
  });
});

test('renewing a Lease changes its renewTime alone', async () => {
  const store = storeOf('one');
  await store.create();
  const before = fixture.api.stored(path)?.spec as object;
  now = new Date('2026-11-22T12:00:02Z');
  await store.hold(await existing(store));
  expect(fixture.api.stored(path)?.spec).toEqual({ ...before, renewTime: '2026-11-22T12:00:02.000000Z' });
});

test('taking a Lease from another candidate increases leaseTransitions', async () => {
  await storeOf('one').create();
  const store = storeOf('two', 1_500);
  now = new Date('2026-11-22T12:01:00Z');
  expect(await store.hold(await existing(store))).toMatchObject({ holder: 'two', duration: 2_000 });
  expect(fixture.api.stored(path)?.spec).toEqual(taken('two', 2, 1, '2026-11-22T12:01:00.000000Z'));
});

test('releasing a Lease removes its holder', async () => {
  const store = storeOf('one');
  await store.create();
  now = new Date('2026-11-22T12:02:00Z');
  await store.release(await existing(store));
  expect(await store.read(fixture.stop.signal)).toMatchObject({ holder: '' });
  expect(fixture.api.stored(path)?.spec).toEqual(taken('', 1, 0, '2026-11-22T12:02:00.000000Z'));
});

test('of two concurrent writes of a Lease one wins, and the other resolves to undefined', async () => {
  const stores = [storeOf('one'), storeOf('two')] as const;
  const winners = (wrote: readonly unknown[]) => wrote.filter((lease) => lease !== undefined);
  expect(winners(await Promise.all(stores.map((store) => store.create())))).toHaveLength(1);
  const lease = await existing(stores[0]);
  expect(winners(await Promise.all(stores.map((store) => store.hold(lease))))).toHaveLength(1);
  expect(await stores[0].release(lease)).toBeUndefined();
});

test('renewing a deleted Lease resolves to undefined', async () => {
  const store = storeOf('one');
  await store.create();
  const lease = await existing(store);
  fixture.api.remove(path);
  expect(await store.hold(lease)).toBeUndefined();
});

test('writing a Lease keeps its labels, annotations and other fields', async () => {
  const metadata = { labels: { team: 'a' }, annotations: { b: 'c' } };
  fixture.api.put(path, { metadata, spec: { strategy: 'OldestEmulationVersion' } });
  const store = storeOf('one');
  await store.hold(await existing(store));
  expect(fixture.api.stored(path)).toMatchObject({
    metadata,
    spec: { strategy: 'OldestEmulationVersion', holderIdentity: 'one', leaseTransitions: 1 },
  });
});

test('an empty Lease has no holder', async () => {
  fixture.api.put(path);
  expect(await storeOf('one').read(fixture.stop.signal)).toMatchObject({ holder: '', duration: undefined });
});

test.each([403, 404, 500])(
  'a refused write of a Lease rejects (%i), also for a missing namespace',
  async (code) => {
    const store = storeOf('one');
    fixture.api.faults.write = code;
    await expect(store.create()).rejects.toThrow(`refused with ${code}`);
  },
);
