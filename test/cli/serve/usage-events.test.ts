import { describe, expect, it } from 'vitest';
import { UsageEvents } from '../../../src/cli/serve/usage-events.ts';
import type { RecordingOptions } from '../../../src/cluster/cluster.ts';
import { type EventFacts, eventName, type RecordedEvent } from '../../../src/cluster/events.ts';
import { imageClassifier } from '../../../src/usage/image-classification.ts';
import type { UsageIndex } from '../../../src/usage/usage-index.ts';
import { lookupOf } from '../../support/catalog.ts';
import { collectLog } from '../../support/log.ts';
import { type TestObject as InCluster, indexOf, TOOL, workload } from '../../support/workloads.ts';

const MINUTE = 60_000;
const URL = 'r.example/toolforge-python37-sssd-web';
const catalog = lookupOf({ 'python3.7': { image: URL, state: 'deprecated' } });

/** Stores Events as an API server does: for an hour after the last write. */
class Stored {
  readonly writes: { readonly at: number; readonly about: string }[] = [];
  readonly messages: string[] = [];
  fault: Error | undefined;
  /** Writes on objects of this kind fail. */
  failingKind: string | undefined;
  attempts = 0;
  readonly #events = new Map<string, { at: number; count: number; message: string }>();

  async record(
    event: EventFacts,
    now: Date,
    { freshFor = 0, messagePrefix = '' }: RecordingOptions,
  ): Promise<RecordedEvent> {
    this.attempts += 1;
    if (this.fault) throw this.fault;
    if (event.about.kind === this.failingKind) throw new Error('no');
    const before = this.#events.get(eventName(event));
    const lives = before && now.getTime() - before.at < 60 * MINUTE;
    if (lives && now.getTime() - before.at < freshFor && before.message.startsWith(messagePrefix))
      return { at: new Date(before.at), count: before.count, wrote: false, writes: 1 };
    const count = lives ? before.count + 1 : 1;
    this.#events.set(eventName(event), { at: now.getTime(), count, message: event.message });
    this.writes.push({ at: now.getTime(), about: `${event.about.kind} ${event.about.name}` });
    this.messages.push(event.message);
    return { at: now, count, wrote: true, writes: lives ? 2 : 1 };
  }

  get names(): string[] {
    return this.writes.map(({ about }) => about);
  }
}

class World {
  readonly stored = new Stored();
  readonly waiting: number[] = [];
  /** Since when the Event that waits longest has been due, in minutes before now. */
  waitingFor: number | undefined;
  now = Date.UTC(2026, 10, 22, 12);
  leading = true;
  known = true;
  catalog = catalog;
  readonly index: UsageIndex;

  readonly classifier = imageClassifier;

  constructor(all: readonly InCluster[]) {
    this.index = indexOf(all);
  }

  replica(perMinute = 120): UsageEvents {
    return new UsageEvents({
      usage: this,
      lookup: () => this.catalog,
      leading: () => this.leading,
      record: (event, now, recording) => this.stored.record(event, now, recording),
      perMinute,
      now: () => new Date(this.now),
      log: collectLog().log,
      metrics: {
        eventWritten: () => {},
        eventFailed: () => {},
        eventsWaiting: (count, since) => {
          this.waiting.push(count);
          this.waitingFor = since === undefined ? undefined : (this.now - since) / MINUTE;
        },
      },
    });
  }

  /** Makes a pass every two seconds for so long. */
  async pass(replica: UsageEvents, milliseconds: number, meanwhile = () => {}): Promise<void> {
    for (const end = this.now + milliseconds; this.now < end; this.now += 2_000) {
      meanwhile();
      await replica.recordDue();
    }
  }
}

const WEB: readonly InCluster[] = [
  { kind: 'Deployment', name: 'web', image: URL },
  { kind: 'ReplicaSet', name: 'web-abc', owner: { kind: 'Deployment', name: 'web' } },
  { kind: 'Pod', name: 'web-abc-1', image: URL, owner: { kind: 'ReplicaSet', name: 'web-abc' } },
];

describe('a deprecated image', () => {
  it('is recorded at once, and again before the Event expires, as long as it runs', async () => {
    const world = new World(WEB);
    await world.pass(world.replica(), 101 * MINUTE);
    const times = world.stored.writes.map(({ at }) => (at - Date.UTC(2026, 10, 22, 12)) / MINUTE);
    expect(world.stored.names).toEqual(Array(3).fill(['Deployment web', 'Pod web-abc-1']).flat());
    expect(times).toEqual([0, 0, 50, 50, 100, 100]);
  });

  it('is not recorded by a replica that does not lead, or whose usage is unknown', async () => {
    const world = new World(WEB);
    world.leading = false;
    await world.pass(world.replica(), MINUTE);
    world.leading = true;
    world.known = false;
    await world.pass(world.replica(), MINUTE);
    expect(world.stored.names).toEqual([]);
  });

  it.each([
    ['gets longer', 'by the same replica', '', '; removal on 2027-03-01'],
    ['gets longer', 'by another replica', '', '; removal on 2027-03-01'],
    ['gets shorter', 'by the same replica', '; removal on 2027-03-01', ''],
    ['gets shorter', 'by another replica', '; removal on 2027-03-01', ''],
  ])('is recorded again when its message %s, %s', async (_, by, before, after) => {
    const advised = (advice: string) =>
      lookupOf({
        'python3.7': {
          image: URL,
          state: 'deprecated',
          ...(advice && { deprecation: { removal: '2027-03-01' } }),
        },
      });
    const world = new World(WEB);
    world.catalog = advised(before);
    const replica = world.replica();
    await world.pass(replica, MINUTE);
    world.catalog = advised(after);
    await world.pass(by === 'by the same replica' ? replica : world.replica(), 10 * MINUTE);
    expect(world.stored.names).toEqual(Array(2).fill(['Deployment web', 'Pod web-abc-1']).flat());
    expect(world.stored.messages).toEqual(
      [before, before, after, after].map((advice) => `python3.7 is deprecated${advice} (container main)`),
    );
  });

  it('is recorded on its Pod later when only that failed the first time', async () => {
    const world = new World(WEB);
    world.stored.failingKind = 'Pod';
    const replica = world.replica();
    await world.pass(replica, MINUTE);
    expect(world.stored.names).toEqual(['Deployment web']);
    world.stored.failingKind = undefined;
    await world.pass(replica, 5 * MINUTE);
    expect(world.stored.names).toEqual(['Deployment web', 'Pod web-abc-1']);
  });

  it('is not recorded again by a new leader', async () => {
    const world = new World(WEB);
    await world.pass(world.replica(), MINUTE);
    await world.pass(world.replica(), MINUTE);
    expect(world.stored.names).toEqual(['Deployment web', 'Pod web-abc-1']);
  });

  it('is renewed by a new leader when it is due', async () => {
    const world = new World(WEB);
    await world.pass(world.replica(), MINUTE);
    await world.pass(world.replica(), 50 * MINUTE);
    expect(world.stored.names).toHaveLength(4);
  });

  it('is recorded on the first Pod, too, when that appears after its owner', async () => {
    const [deployment, set, pod] = WEB.map((object) => workload(object));
    const world = new World([]);
    const replica = world.replica();
    if (!deployment || !set || !pod) throw new Error('no web');
    world.index.apply('Deployment', { kind: 'put', key: `${TOOL}/web`, object: deployment });
    await world.pass(replica, MINUTE);
    world.index.apply('ReplicaSet', { kind: 'put', key: `${TOOL}/web-abc`, object: set });
    world.index.apply('Pod', { kind: 'put', key: `${TOOL}/web-abc-1`, object: pod });
    await world.pass(replica, MINUTE);
    world.index.apply('Pod', {
      kind: 'put',
      key: `${TOOL}/web-abc-0`,
      object: { ...pod, name: 'web-abc-0' },
    });
    await world.pass(replica, MINUTE);
    expect(world.stored.names).toEqual(['Deployment web', 'Pod web-abc-1']);
  });

  it('of a CronJob that runs every minute is recorded on the CronJob and on one Pod in 50 minutes', async () => {
    const world = new World([{ kind: 'CronJob', name: 'often', image: URL }]);
    let run = 0;
    const nextRun = (): void => {
      if ((world.now / 1_000) % 60 !== 0) return;
      run += 1;
      const job = workload({ kind: 'Job', name: `often-${run}`, owner: { kind: 'CronJob', name: 'often' } });
      const owner = { kind: 'Job', name: `often-${run}` };
      const pod = workload({ kind: 'Pod', name: `often-${run}-x`, image: URL, owner });
      world.index.apply('Job', { kind: 'listed', objects: new Map([[`${TOOL}/${job.name}`, job]]) });
      world.index.apply('Pod', { kind: 'listed', objects: new Map([[`${TOOL}/${pod.name}`, pod]]) });
    };
    await world.pass(world.replica(), 100 * MINUTE, nextRun);
    expect(world.stored.names).toEqual(['CronJob often', 'Pod often-1-x', 'CronJob often', 'Pod often-51-x']);
  });
});

describe('the budget', () => {
  it('of 60 writes a minute holds for 500 Pods that are replaced every minute', async () => {
    const world = new World([]);
    const replica = world.replica(60);
    let life = 0;
    await world.pass(replica, 10 * MINUTE, () => {
      if ((world.now / 1_000) % 60 !== 0) return;
      life += 1;
      const pods = Array.from({ length: 500 }, (_, i) =>
        workload({ kind: 'Pod', name: `p${i}-${life}`, image: URL }),
      );
      const objects = new Map(pods.map((pod) => [`${TOOL}/${pod.name}`, pod]));
      world.index.apply('Pod', { kind: 'listed', objects });
    });
    const perMinute = (from: number) =>
      world.stored.writes.filter(({ at }) => from <= at && at < from + MINUTE).length;
    const counts = world.stored.writes.map(({ at }) => perMinute(at));
    // The last three remain unused: one Event may need four.
    expect(Math.max(...counts)).toBe(57);
    expect(world.stored.writes).toHaveLength(570);
    expect(world.waiting.at(-1)).toBe(443);
  });

  it('allows one notice at the minimum of the setting', async () => {
    const world = new World(WEB);
    await world.pass(world.replica(8), 2 * MINUTE);
    expect(world.stored.names).toEqual(['Deployment web', 'Pod web-abc-1']);
  });

  it('is not used up by an API server that refuses everything', async () => {
    const pods = Array.from(
      { length: 50 },
      (_, i): InCluster => ({ kind: 'Pod', name: `p${i}`, image: URL }),
    );
    const world = new World(pods);
    world.stored.fault = new Error('away');
    await world.pass(world.replica(), MINUTE);
    // One in two seconds: a failure ends the pass.
    expect(world.stored.attempts).toBe(30);
  });
});

describe('the time for which the first Event has waited', () => {
  it('includes failed attempts, and ends when the Event is recorded', async () => {
    const world = new World(WEB);
    const replica = world.replica();
    await world.pass(replica, MINUTE);
    expect(world.waitingFor).toBeUndefined();
    world.stored.fault = new Error('away');
    await world.pass(replica, 59 * MINUTE);
    await replica.recordDue();
    expect(world.waitingFor).toBe(10);
    world.stored.fault = undefined;
    await world.pass(replica, MINUTE);
    expect(world.waitingFor).toBeUndefined();
  });

  it('is none in a replica that does not lead', async () => {
    const world = new World(WEB);
    world.stored.fault = new Error('away');
    const replica = world.replica();
    await world.pass(replica, MINUTE);
    expect(world.waitingFor).toBeGreaterThan(0);
    world.leading = false;
    await replica.recordDue();
    expect(world.waitingFor).toBeUndefined();
  });
});
