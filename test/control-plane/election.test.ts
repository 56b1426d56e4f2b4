import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { electionTimes } from '../../src/cluster/observed-lease.ts';
import type { Json } from '../support/reviews.ts';
import { attachControlPlane } from './control-plane.ts';
import { type CandidateProcess, type Candidates, candidatesFor } from './election/candidates.ts';
import { apiOf } from './support/api.ts';
import { kubeconfigOf, succeeds } from './support/commands.ts';

const OURS = 'election';
const LEASES = `/apis/coordination.k8s.io/v1/namespaces/${OURS}/leases`;
const LEASE = `${LEASES}/events`;
const ROLES = `/apis/rbac.authorization.k8s.io/v1/namespaces/${OURS}`;
/** A fifth of the ordinary times, so that this file takes a minute. A Lease stores whole seconds. */
const times = { duration: 3_000, deadline: 2_000, retry: 400, timeout: 800 };

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
let kubeconfig: string;
let candidates: Candidates;

/** The rules of the chart's templates/role-lease.yaml. */
const asShipped = [
  {
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    resourceNames: ['events'],
    verbs: ['get', 'update'],
  },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
];
const bindRole = (): Promise<Json> =>
  api.create(`${ROLES}/rolebindings`, {
    metadata: { name: 'candidate' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'candidate' },
    subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: OURS }],
  });

beforeAll(async () => {
  await api.createNamespace(OURS);
  await api.create(`${ROLES}/roles`, { metadata: { name: 'candidate' }, rules: asShipped });
  await bindRole();
  kubeconfig = await kubeconfigOf(controlPlane, OURS, 'default', OURS);
});
afterAll(() => succeeds(controlPlane.kubectl(['delete', 'namespace', OURS, '--wait'])));

const standWith = async (theirs: typeof times): Promise<void> => {
  candidates = await candidatesFor({ kubeconfig, namespace: OURS, name: 'events', times: theirs });
};
beforeEach(() => standWith(times));
afterEach(async () => {
  await candidates[Symbol.asyncDispose]();
  await controlPlane.request(LEASE, { method: 'DELETE' });
});

const within = (milliseconds: number) => ({ timeout: milliseconds, interval: 20 });
const leads = (candidate: CandidateProcess, milliseconds = 30_000): Promise<void> =>
  expect.poll(candidate.leading, within(milliseconds)).toBe(true);

/** A candidate that leads, by a released Lease, and one that waits. */
async function two(): Promise<[CandidateProcess, CandidateProcess]> {
  await api.create(LEASES, { metadata: { name: 'events' }, spec: { holderIdentity: '' } });
  const first = candidates.start('first');
  await leads(first);
  const second = candidates.start('second');
  await expect.poll(() => second.samples.length, within(10_000)).toBeGreaterThan(0);
  return [first, second];
}

/** Milliseconds from the last moment when `one` led to the first when `other` did. */
const gap = (one: CandidateProcess, other: CandidateProcess): number => {
  const last = one.samples.findLast(({ leading }) => leading)?.at ?? Number.NaN;
  return (other.samples.find(({ leading }) => leading)?.at ?? Number.NaN) - last;
};

describe('with two candidates for one Lease,', () => {
  test('the second one leads at most one lease duration and one retry after the leader is killed, with the default times', async () => {
    await candidates[Symbol.asyncDispose]();
    await standWith(electionTimes);
    const [first, second] = await two();
    first.kill('SIGKILL');
    await leads(second);
    const took = gap(first, second);
    console.log(`the second candidate followed a killed leader after ${(took / 1_000).toFixed(1)} s`);
    expect(took).toBeGreaterThan(electionTimes.deadline);
    // One second more for the calls and the sampling.
    expect(took).toBeLessThan(electionTimes.duration + electionTimes.retry + 1_000);
    expect((await api.get(LEASE)).spec).toMatchObject({
      holderIdentity: 'second',
      leaseDurationSeconds: 15,
      acquireTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      leaseTransitions: 2,
    });
    expect(candidates.overlap()).toBeUndefined();
  });

  test('a leader that is stopped and resumed does not lead while the other one does', async () => {
    const [first, second] = await two();
    const before = first.samples.length;
    first.kill('SIGSTOP');
    await leads(second);
    first.kill('SIGCONT');
    await expect.poll(() => first.samples.length, within(10_000)).toBeGreaterThan(before + 100);
    expect(first.changes).toEqual([true, false]);
    expect(candidates.leaders()).toEqual(['second']);
    expect(candidates.overlap()).toBeUndefined();
    second.kill('SIGSTOP');
    await leads(first);
    second.kill('SIGCONT');
    await expect.poll(() => second.changes).toEqual([true, false]);
    expect(candidates.overlap()).toBeUndefined();
  });

  test('a leader that exits releases the Lease, and the other one leads within retry', async () => {
    const [first, second] = await two();
    first.kill('SIGTERM');
    expect(await first.exited).toBe(0);
    await leads(second);
    const took = gap(first, second);
    console.log(
      `the second candidate followed a leader that exited after ${took} ms, with a retry of ${times.retry} ms`,
    );
    expect(took).toBeLessThan(times.duration);
    expect(first.changes).toEqual([true, false]);
    expect(candidates.overlap()).toBeUndefined();
  });

  test('one leads again after a restart of the API server, and never both', async () => {
    await two();
    await controlPlane.stopApiServer({ signal: 'SIGKILL' });
    await expect.poll(candidates.leaders, within(2 * times.duration)).toEqual([]);
    await controlPlane.startApiServer();
    await expect.poll(() => candidates.leaders().length, within(30_000)).toBe(1);
    expect(candidates.overlap()).toBeUndefined();
  });

  test('one creates a deleted Lease again, and leads only after the old term', async () => {
    const [first] = await two();
    await api.remove(LEASE);
    await expect.poll(first.leading, within(2 * times.retry + 1_000)).toBe(false);
    await expect.poll(() => candidates.leaders().length, within(30_000)).toBe(1);
    expect(candidates.overlap()).toBeUndefined();
  });

  test('one leads again after a manual edit of the Lease, which keeps the edit', async () => {
    const [first] = await two();
    await api.merge(LEASE, { metadata: { annotations: { seen: 'yes' } } });
    await expect.poll(first.leading, within(10_000)).toBe(false);
    await expect.poll(() => candidates.leaders().length, within(30_000)).toBe(1);
    expect((await api.get(LEASE)).metadata.annotations).toEqual({ seen: 'yes' });
    expect(candidates.overlap()).toBeUndefined();
  });
});

describe('the rights of a candidate', () => {
  test('are exactly the ones that it uses', async () => {
    const from = controlPlane.auditedCalls().length;
    const first = candidates.start('first');
    await leads(first);
    first.kill('SIGTERM');
    await first.exited;
    const calls = controlPlane
      .auditedCalls(from)
      .filter(({ user }) => user.username === `system:serviceaccount:${OURS}:default`);
    const used = new Set(calls.map(({ verb, objectRef: { resource } }) => `${verb} ${resource}`));
    expect([...used].sort()).toEqual(['create leases', 'get leases', 'update leases']);
    expect(calls.filter(({ responseStatus }) => responseStatus.code === 403)).toEqual([]);
  });

  test('may be granted later: until then it retries', async () => {
    await api.remove(`${ROLES}/rolebindings/candidate`);
    const first = candidates.start('first');
    await expect.poll(() => first.troubles.length, within(20_000)).toBeGreaterThan(1);
    expect(first.troubles[0]).toBe(
      `leases.coordination.k8s.io "events" is forbidden: User "system:serviceaccount:${OURS}:default" cannot get ` +
        `resource "leases" in API group "coordination.k8s.io" in the namespace "${OURS}"`,
    );
    await bindRole();
    await leads(first);
  });
});
