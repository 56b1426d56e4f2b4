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
/** A fifth of the ordinary ones, so that this takes a minute. Leases know whole seconds. */
const times = { duration: 3_000, deadline: 2_000, retry: 400, answer: 800 };

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

/** One that leads, by a Lease that somebody gave back, and one that waits. */
async function two(): Promise<[CandidateProcess, CandidateProcess]> {
  await api.create(LEASES, { metadata: { name: 'events' }, spec: { holderIdentity: '' } });
  const first = candidates.start('first');
  await leads(first);
  const second = candidates.start('second');
  await expect.poll(() => second.asked.length, within(10_000)).toBeGreaterThan(0);
  return [first, second];
}

/** Milliseconds from the last time that one said yes to the first time that another one did. */
const gap = (one: CandidateProcess, other: CandidateProcess): number => {
  const last = one.asked.findLast(({ leading }) => leading)?.at ?? Number.NaN;
  return (other.asked.find(({ leading }) => leading)?.at ?? Number.NaN) - last;
};

describe('two processes that want one Lease', () => {
  test('with the ordinary times: who is killed is followed after duration and retry at the latest', async () => {
    await candidates[Symbol.asyncDispose]();
    await standWith(electionTimes);
    const [first, second] = await two();
    first.kill('SIGKILL');
    await leads(second);
    const took = gap(first, second);
    console.log(`who was killed was followed after ${(took / 1_000).toFixed(1)} s`);
    expect(took).toBeGreaterThan(electionTimes.deadline);
    // What calls and samples take is not part of it.
    expect(took).toBeLessThan(electionTimes.duration + electionTimes.retry + 1_000);
    expect((await api.get(LEASE)).spec).toMatchObject({
      holderIdentity: 'second',
      leaseDurationSeconds: 15,
      acquireTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      leaseTransitions: 2,
    });
    expect(candidates.overlap()).toBeUndefined();
  });

  test('who is stopped and resumed does not lead while the other one does', async () => {
    const [first, second] = await two();
    const asked = first.asked.length;
    first.kill('SIGSTOP');
    await leads(second);
    first.kill('SIGCONT');
    await expect.poll(() => first.asked.length, within(10_000)).toBeGreaterThan(asked + 100);
    expect(first.told).toEqual([true, false]);
    expect(candidates.leaders()).toEqual(['second']);
    expect(candidates.overlap()).toBeUndefined();
    second.kill('SIGSTOP');
    await leads(first);
    second.kill('SIGCONT');
    await expect.poll(() => second.told).toEqual([true, false]);
    expect(candidates.overlap()).toBeUndefined();
  });

  test('who ends gives it back, and the other one leads within retry', async () => {
    const [first, second] = await two();
    first.kill('SIGTERM');
    expect(await first.exited).toBe(0);
    await leads(second);
    const took = gap(first, second);
    console.log(`who ended was followed after ${took} ms, with a retry of ${times.retry} ms`);
    expect(took).toBeLessThan(times.duration);
    expect(first.told).toEqual([true, false]);
    expect(candidates.overlap()).toBeUndefined();
  });

  test('an API server that restarts makes neither of them lead twice, and one of them in the end', async () => {
    await two();
    await controlPlane.stopApiServer({ signal: 'SIGKILL' });
    await expect.poll(candidates.leaders, within(2 * times.duration)).toEqual([]);
    await controlPlane.startApiServer();
    await expect.poll(() => candidates.leaders().length, within(30_000)).toBe(1);
    expect(candidates.overlap()).toBeUndefined();
  });

  test('a Lease that somebody deletes is made anew, and nobody leads before the old term is over', async () => {
    const [first] = await two();
    await api.remove(LEASE);
    await expect.poll(first.leading, within(2 * times.retry + 1_000)).toBe(false);
    await expect.poll(() => candidates.leaders().length, within(30_000)).toBe(1);
    expect(candidates.overlap()).toBeUndefined();
  });

  test('an edit by hand is left in it, and costs a term', async () => {
    const [first] = await two();
    await api.merge(LEASE, { metadata: { annotations: { seen: 'yes' } } });
    await expect.poll(first.leading, within(10_000)).toBe(false);
    await expect.poll(() => candidates.leaders().length, within(30_000)).toBe(1);
    expect((await api.get(LEASE)).metadata.annotations).toEqual({ seen: 'yes' });
    expect(candidates.overlap()).toBeUndefined();
  });
});

describe('the rights of a candidate', () => {
  test('are used, each of them, and no other is asked for', async () => {
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

  test('are waited for where they are missing', async () => {
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
