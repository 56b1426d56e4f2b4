import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '../../src/cluster/connection.ts';
import { Election } from '../../src/cluster/election.ts';
import { LeaseStore } from '../../src/cluster/lease.ts';
import { electionTimes } from '../../src/cluster/observed-lease.ts';
import { ApiServer, type Fault } from '../support/api-server.ts';
import { type Candidate, ElectionWorld, PROMPT } from '../support/election-world.ts';

const { duration, deadline, retry } = electionTimes;
/** For what calls take in the simulated world, there and back, a few of them. */
const calls = 20;

describe('candidates of a simulated world', () => {
  /** The first leads, and has just written. */
  async function elected(): Promise<{ world: ElectionWorld; first: Candidate; second: Candidate }> {
    const world = new ElectionWorld();
    const first = world.addCandidate('first');
    await world.until(() => first.leading, 2 * duration);
    const second = world.addCandidate('second');
    await world.pass(retry);
    const { lease } = world;
    await world.until(() => world.lease !== lease, 2 * retry);
    await world.pass(calls);
    return { world, first, second };
  }

  test('who makes the Lease leads when its time is over: there may have been another one', async () => {
    const world = new ElectionWorld();
    const only = world.addCandidate('only');
    await world.until(() => world.lease !== undefined, calls);
    const took = await world.until(() => only.leading, 2 * duration);
    expect(took).toBeGreaterThanOrEqual(duration);
    expect(took).toBeLessThan(duration + calls);
    expect(only.told).toEqual([true]);
  });

  test('who leads goes on to, in one call every two seconds', async () => {
    const { world, first, second } = await elected();
    const methods: string[] = [];
    const serve = world.serve.bind(world);
    world.serve = (call) => {
      methods.push(call.method ?? 'GET');
      return serve(call);
    };
    await world.pass(60_000);
    expect([first.told, second.told]).toEqual([[true], []]);
    const counted = (method: string) => methods.filter((called) => called === method).length;
    for (const method of ['GET', 'PUT']) {
      expect(counted(method)).toBeGreaterThan(28);
      expect(counted(method)).toBeLessThanOrEqual(30);
    }
    expect(methods).toHaveLength(counted('GET') + counted('PUT'));
  });

  test('who is killed is followed after duration and retry at the latest', async () => {
    const { world, first, second } = await elected();
    first.crash();
    const took = await world.until(() => second.leading, 2 * duration);
    expect(took).toBeGreaterThan(deadline);
    expect(took).toBeLessThan(duration + retry + calls);
  });

  test('who gives it back is followed within retry, and leads no more before it does', async () => {
    const { world, first, second } = await elected();
    first.shutDown();
    expect(first.leading).toBe(false);
    expect(first.told).toEqual([true, false]);
    expect(await world.until(() => second.leading, 2 * duration)).toBeLessThan(retry + calls);
  });

  test('whose term is over has nothing to give back, and asks nothing', async () => {
    const { world, first } = await elected();
    world.refusing = true;
    await world.until(() => !first.leading, 2 * deadline);
    await world.pass(deadline);
    const troubles = first.troubles.length;
    first.shutDown();
    await world.pass(duration);
    expect(first.troubles).toHaveLength(troubles);
  });

  test('a write that is on its way at the end is waited for, so that it can be given back', async () => {
    const { world, first, second } = await elected();
    world.fate = () => ({ there: 1_000, back: 1_000 });
    await world.pass(retry + 500);
    first.shutDown();
    await world.pass(2_000);
    world.fate = () => PROMPT;
    expect(await world.until(() => second.leading, 2 * duration)).toBeLessThan(2 * retry);
  });

  test('who is stopped leads no more when it is resumed, before it has heard of anything', async () => {
    const { world, first, second } = await elected();
    first.stop();
    await world.until(() => second.leading, 2 * duration);
    first.resume();
    expect(first.leading).toBe(false);
    await world.pass(duration);
    expect([first.told, second.told]).toEqual([[true, false], [true]]);
  });

  test('who is stopped only for a moment goes on to lead', async () => {
    const { world, first } = await elected();
    first.stop();
    await world.pass(deadline - 2 * retry);
    first.resume();
    await world.pass(duration);
    expect(first.told).toEqual([true]);
  });

  test('a term counts from when it was asked for, however late that is confirmed', async () => {
    const { world, first } = await elected();
    world.fate = () => ({ there: 5, back: 3_000 });
    const { lease } = world;
    await world.until(() => world.lease !== lease, 2 * retry);
    // Written now, confirmed in three seconds, and nothing after that.
    world.fate = () => ({ ...PROMPT, lost: 'request' });
    expect(await world.until(() => !first.leading, 2 * duration)).toBe(deadline - 5);
    expect(first.told).toEqual([true, false]);
  });

  test('one call without an answer costs no term', async () => {
    const { world, first } = await elected();
    let lost = 0;
    world.fate = ({ method }) => (method === 'PUT' && lost++ === 0 ? { ...PROMPT, lost: 'request' } : PROMPT);
    await world.pass(60_000);
    expect(first.told).toEqual([true]);
    expect(first.troubles).toEqual(['no answer']);
  });

  test('refusals for less than a term cost none, for longer they do, and are over when they are', async () => {
    const { world, first, second } = await elected();
    world.refusing = true;
    await world.pass(deadline - 2 * retry);
    world.refusing = false;
    await world.pass(duration);
    expect(first.told).toEqual([true]);
    world.refusing = true;
    await world.pass(10 * duration);
    expect(first.told).toEqual([true, false]);
    world.refusing = false;
    // A pause that had grown is the longest that it takes.
    expect(await world.until(() => world.leaders.length === 1, duration)).toBeLessThan(deadline + calls);
    expect(second.troubles.at(-1)).toBe('refused with 500');
  });

  test('refusals are answered by ever longer pauses, up to ten seconds, until one is over', async () => {
    const { world, second } = await elected();
    const { pauses } = second;
    world.refusing = true;
    await world.pass(10 * deadline);
    expect(pauses[0]).toBeLessThanOrEqual(retry);
    expect(pauses[1]).toBeGreaterThanOrEqual(retry);
    for (const longest of pauses.slice(4)) {
      expect(longest).toBeGreaterThanOrEqual(deadline / 2);
      expect(longest).toBeLessThanOrEqual(deadline);
    }
    world.refusing = false;
    await world.pass(2 * deadline);
    const waiting = world.candidates.find(({ leading }) => !leading);
    const before = waiting?.pauses.length ?? 0;
    world.refusing = true;
    await world.pass(deadline);
    expect(waiting?.pauses[before]).toBeLessThanOrEqual(retry);
  });

  test('who leads pauses no longer than ordinarily: there is a term to lose', async () => {
    const { world, first } = await elected();
    world.refusing = true;
    await world.until(() => !first.leading, 2 * deadline);
    for (const pause of first.pauses) expect(pause).toBeLessThanOrEqual(retry);
    expect(first.pauses.length).toBeGreaterThan(3);
  });

  test('who finds its Lease written by somebody else leads no more, and takes it again later', async () => {
    const { world, first } = await elected();
    world.touch();
    await world.until(() => !first.leading, 2 * retry);
    expect(first.told).toEqual([true, false]);
    const took = await world.until(() => world.leaders.length === 1, 2 * duration);
    expect(took).toBeGreaterThan(duration - retry);
    expect(took).toBeLessThan(duration + 2 * retry);
  });

  test('a Lease that was deleted is made anew, and nobody leads before the old term is over', async () => {
    const { world, first } = await elected();
    world.lease = undefined;
    await world.until(() => !first.leading, 2 * retry);
    const took = await world.until(() => world.leaders.length === 1, 2 * duration);
    expect(took).toBeGreaterThan(duration - retry);
    expect(took).toBeLessThan(duration + 2 * retry);
  });
});

describe('a candidate over a connection', () => {
  const path = '/apis/coordination.k8s.io/v1/namespaces/ours/leases/events';
  /** A term that a busy machine does not lose. */
  const times = { duration: 30_000, deadline: 20_000, retry: 20, answer: 200 };
  const SOON = { timeout: 10_000 };
  let api: ApiServer;
  let connection: Connection;
  let stop: AbortController;
  const ended: Promise<void>[] = [];

  beforeEach(async () => {
    api = await ApiServer.start();
    connection = api.connect();
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await Promise.all(ended.splice(0));
    connection.close();
    await api[Symbol.asyncDispose]();
  });

  function stand(identity: string, term = times.deadline) {
    const said: (boolean | string)[] = [];
    let lives = 0;
    const store = new LeaseStore({
      ...{ connection, namespace: 'ours', name: 'events', identity, now: () => new Date() },
      ...{ duration: times.duration, timeout: times.answer },
    });
    const election = new Election({
      store,
      onLeading: (leading) => said.push(leading),
      onHeartbeat: () => {
        lives += 1;
      },
      onTrouble: (error) => said.push((error as Error).message),
      times: { ...times, deadline: term },
    });
    ended.push(election.run(stop.signal));
    return { election, said, lives: () => lives };
  }
  const free = (): void => void api.put(path, { spec: { holderIdentity: '' } });

  test('leads, says so, renews, and gives the Lease back at the end', async () => {
    free();
    const { election, said, lives } = stand('one');
    await expect.poll(() => election.leading, SOON).toBe(true);
    const version = api.stored(path)?.metadata.resourceVersion;
    await expect.poll(() => api.stored(path)?.metadata.resourceVersion, SOON).not.toBe(version);
    stop.abort();
    expect(election.leading).toBe(false);
    await Promise.all(ended);
    expect(said).toEqual([true, false]);
    expect(lives()).toBeGreaterThan(1);
    expect(api.stored(path)?.spec).toMatchObject({ holderIdentity: '' });
  });

  test.each<Fault>([401, 403, 500, 503, 'reset', 'silence'])(
    'goes on for ever where writing fails (%s)',
    async (fault) => {
      free();
      api.faults.write = fault;
      const { election, said } = stand('one');
      await expect.poll(() => said.length, SOON).toBeGreaterThan(2);
      expect(election.leading).toBe(false);
      delete api.faults.write;
      await expect.poll(() => election.leading, SOON).toBe(true);
    },
  );

  test('goes on for ever where the namespace is missing', async () => {
    api.faults.write = 404;
    const { said } = stand('one');
    await expect.poll(() => said.length, SOON).toBeGreaterThan(2);
    delete api.faults.write;
    await expect.poll(() => api.stored(path), SOON).toBeDefined();
  });

  test('goes on for ever where there is nobody to ask', async () => {
    const { url } = api;
    await api[Symbol.asyncDispose]();
    const { said } = stand('one');
    await expect.poll(() => said.length, SOON).toBeGreaterThan(2);
    expect(said[0]).toBe(`connect ECONNREFUSED ${new URL(url).host}`);
    stop.abort();
    await Promise.all(ended);
    api = await ApiServer.start();
  });

  test('leads no more by itself while calls get no answer', async () => {
    free();
    const { election, said } = stand('one', 600);
    await expect.poll(() => said, SOON).toContain(true);
    api.faults.write = 'silence';
    await expect.poll(() => said.at(-1), SOON).toBe(false);
    expect(election.leading).toBe(false);
  });

  test('that cannot give the Lease back says so, and ends', async () => {
    free();
    const { election, said } = stand('one');
    await expect.poll(() => election.leading, SOON).toBe(true);
    api.faults.write = 403;
    stop.abort();
    await Promise.all(ended);
    expect(said).toEqual([true, false, 'refused with 403']);
  });

  test('that is told to end before it began asks nothing', async () => {
    stop.abort();
    const { said } = stand('one');
    await Promise.all(ended);
    expect([said, api.requests]).toEqual([[], []]);
  });
});
