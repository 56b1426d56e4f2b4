import { describe, expect, test } from 'vitest';
import { Election } from '../../src/cluster/election.ts';
import { LeaseStore } from '../../src/cluster/lease.ts';
import { electionTimes } from '../../src/cluster/observed-lease.ts';
import { apiFixture } from '../support/api-fixture.ts';
import { ApiServer, type Fault } from '../support/api-server.ts';
import { type Candidate, ElectionWorld, PROMPT } from '../support/election-world.ts';

const { duration, deadline, retry } = electionTimes;
/** Milliseconds for a few calls in the simulated world. */
const calls = 20;

describe('a simulated candidate', () => {
  /** The first candidate leads and has just renewed. */
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

  test('that creates the Lease leads only after its duration, since another may still lead', async () => {
    const world = new ElectionWorld();
    const only = world.addCandidate('only');
    await world.until(() => world.lease !== undefined, calls);
    const took = await world.until(() => only.leading, 2 * duration);
    expect(took).toBeGreaterThanOrEqual(duration);
    expect(took).toBeLessThan(duration + calls);
    expect(only.reported).toEqual([true]);
  });

  test('that leads keeps leading with one call every two seconds', async () => {
    const { world, first, second } = await elected();
    const methods: string[] = [];
    const serve = world.serve.bind(world);
    world.serve = (call) => {
      methods.push(call.method ?? 'GET');
      return serve(call);
    };
    await world.pass(60_000);
    expect([first.reported, second.reported]).toEqual([[true], []]);
    const counted = (method: string) => methods.filter((called) => called === method).length;
    for (const method of ['GET', 'PUT']) {
      expect(counted(method)).toBeGreaterThan(28);
      expect(counted(method)).toBeLessThanOrEqual(30);
    }
    expect(methods).toHaveLength(counted('GET') + counted('PUT'));
  });

  test('that is killed is succeeded after duration and retry at the latest', async () => {
    const { world, first, second } = await elected();
    first.crash();
    const took = await world.until(() => second.leading, 2 * duration);
    expect(took).toBeGreaterThan(deadline);
    expect(took).toBeLessThan(duration + retry + calls);
  });

  test('that shuts down stops leading first, and is succeeded within retry', async () => {
    const { world, first, second } = await elected();
    first.shutDown();
    expect(first.leading).toBe(false);
    expect(first.reported).toEqual([true, false]);
    expect(await world.until(() => second.leading, 2 * duration)).toBeLessThan(retry + calls);
  });

  test('whose term is over makes no call to release the Lease', async () => {
    const { world, first } = await elected();
    world.refusing = true;
    await world.until(() => !first.leading, 2 * deadline);
    await world.pass(deadline);
    const troubles = first.troubles.length;
    first.shutDown();
    await world.pass(duration);
    expect(first.troubles).toHaveLength(troubles);
  });

  test('that shuts down waits for its write in flight, to release the Lease', async () => {
    const { world, first, second } = await elected();
    world.fate = () => ({ there: 1_000, back: 1_000 });
    await world.pass(retry + 500);
    first.shutDown();
    await world.pass(2_000);
    world.fate = () => PROMPT;
    expect(await world.until(() => second.leading, 2 * duration)).toBeLessThan(2 * retry);
  });

  test('that was stopped no longer leads when it is resumed, even before its first call', async () => {
    const { world, first, second } = await elected();
    first.stop();
    await world.until(() => second.leading, 2 * duration);
    first.resume();
    expect(first.leading).toBe(false);
    await world.pass(duration);
    expect([first.reported, second.reported]).toEqual([[true, false], [true]]);
  });

  test('that is stopped for a moment keeps leading', async () => {
    const { world, first } = await elected();
    first.stop();
    await world.pass(deadline - 2 * retry);
    first.resume();
    await world.pass(duration);
    expect(first.reported).toEqual([true]);
  });

  test('counts its term from the time at which it sent the write, however late the response is', async () => {
    const { world, first } = await elected();
    world.fate = () => ({ there: 5, back: 3_000 });
    const { lease } = world;
    await world.until(() => world.lease !== lease, 2 * retry);
    // Written now, confirmed in three seconds; later requests are lost.
    world.fate = () => ({ ...PROMPT, lost: 'request' });
    expect(await world.until(() => !first.leading, 2 * duration)).toBe(deadline - 5);
    expect(first.reported).toEqual([true, false]);
  });

  test('keeps its term after one call without a response', async () => {
    const { world, first } = await elected();
    let lost = 0;
    world.fate = ({ method }) => (method === 'PUT' && lost++ === 0 ? { ...PROMPT, lost: 'request' } : PROMPT);
    await world.pass(60_000);
    expect(first.reported).toEqual([true]);
    expect(first.troubles).toEqual(['no response']);
  });

  test('stops leading when refusals last longer than its term, and recovers after them', async () => {
    const { world, first, second } = await elected();
    world.refusing = true;
    await world.pass(deadline - 2 * retry);
    world.refusing = false;
    await world.pass(duration);
    expect(first.reported).toEqual([true]);
    world.refusing = true;
    await world.pass(10 * duration);
    expect(first.reported).toEqual([true, false]);
    world.refusing = false;
    // At most the longest pause.
    expect(await world.until(() => world.leaders.length === 1, duration)).toBeLessThan(deadline + calls);
    expect(second.troubles.at(-1)).toBe('refused with 500');
  });

  test('backs off up to ten seconds while it is refused, and resets the pause after a success', async () => {
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

  test('that leads retries as often as usual, to keep its term', async () => {
    const { world, first } = await elected();
    world.refusing = true;
    await world.until(() => !first.leading, 2 * deadline);
    for (const pause of first.pauses) expect(pause).toBeLessThanOrEqual(retry);
    expect(first.pauses.length).toBeGreaterThan(3);
  });

  test('stops leading when another client writes the Lease, and takes it again later', async () => {
    const { world, first } = await elected();
    world.touch();
    await world.until(() => !first.leading, 2 * retry);
    expect(first.reported).toEqual([true, false]);
    const took = await world.until(() => world.leaders.length === 1, 2 * duration);
    expect(took).toBeGreaterThan(duration - retry);
    expect(took).toBeLessThan(duration + 2 * retry);
  });

  test('creates a deleted Lease, and no candidate leads before the old term is over', async () => {
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
  /** Long terms, which a busy machine does not lose. */
  const times = { duration: 30_000, deadline: 20_000, retry: 20, timeout: 200 };
  const SOON = { timeout: 10_000 };
  const fixture = apiFixture();

  function stand(identity: string, term = times.deadline) {
    const reported: (boolean | string)[] = [];
    let heartbeats = 0;
    const store = new LeaseStore({
      ...{
        connection: fixture.connection,
        namespace: 'ours',
        name: 'events',
        identity,
        now: () => new Date(),
      },
      ...{ duration: times.duration, timeout: times.timeout },
    });
    const election = new Election({
      store,
      onLeading: (leading) => reported.push(leading),
      onHeartbeat: () => {
        heartbeats += 1;
      },
      onTrouble: (error) => reported.push((error as Error).message),
      times: { ...times, deadline: term },
    });
    fixture.running.push(election.run(fixture.stop.signal));
    return { election, reported, heartbeats: () => heartbeats };
  }
  const free = (): void => void fixture.api.put(path, { spec: { holderIdentity: '' } });

  test('leads, reports it, renews, and releases the Lease at the end', async () => {
    free();
    const { election, reported, heartbeats } = stand('one');
    await expect.poll(() => election.leading, SOON).toBe(true);
    const version = fixture.api.stored(path)?.metadata.resourceVersion;
    await expect.poll(() => fixture.api.stored(path)?.metadata.resourceVersion, SOON).not.toBe(version);
    fixture.stop.abort();
    expect(election.leading).toBe(false);
    await Promise.all(fixture.running);
    expect(reported).toEqual([true, false]);
    expect(heartbeats()).toBeGreaterThan(1);
    expect(fixture.api.stored(path)?.spec).toMatchObject({ holderIdentity: '' });
  });

  test.each<Fault>([401, 403, 500, 503, 'reset', 'silence'])(
    'retries while writes fail (%s)',
    async (fault) => {
      free();
      fixture.api.faults.write = fault;
      const { election, reported } = stand('one');
      await expect.poll(() => reported.length, SOON).toBeGreaterThan(2);
      expect(election.leading).toBe(false);
      delete fixture.api.faults.write;
      await expect.poll(() => election.leading, SOON).toBe(true);
    },
  );

  test('retries while the namespace is missing', async () => {
    fixture.api.faults.write = 404;
    const { reported } = stand('one');
    await expect.poll(() => reported.length, SOON).toBeGreaterThan(2);
    delete fixture.api.faults.write;
    await expect.poll(() => fixture.api.stored(path), SOON).toBeDefined();
  });

  test('retries while the API server is unreachable', async () => {
    const { url } = fixture.api;
    await fixture.api[Symbol.asyncDispose]();
    const { reported } = stand('one');
    await expect.poll(() => reported.length, SOON).toBeGreaterThan(2);
    expect(reported[0]).toBe(`connect ECONNREFUSED ${new URL(url).host}`);
    fixture.stop.abort();
    await Promise.all(fixture.running);
    fixture.api = await ApiServer.start();
  });

  test('stops leading while calls have no response', async () => {
    free();
    const { election, reported } = stand('one', 600);
    await expect.poll(() => reported, SOON).toContain(true);
    fixture.api.faults.write = 'silence';
    await expect.poll(() => reported.at(-1), SOON).toBe(false);
    expect(election.leading).toBe(false);
  });

  test('that cannot release the Lease reports the error, and ends', async () => {
    free();
    const { election, reported } = stand('one');
    await expect.poll(() => election.leading, SOON).toBe(true);
    fixture.api.faults.write = 403;
    fixture.stop.abort();
    await Promise.all(fixture.running);
    expect(reported).toEqual([true, false, 'refused with 403']);
  });

  test('that is aborted before the start makes no call', async () => {
    fixture.stop.abort();
    const { reported } = stand('one');
    await Promise.all(fixture.running);
    expect([reported, fixture.api.requests]).toEqual([[], []]);
  });
});
