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

/** Events as an API server keeps them: each for an hour after it was written. */
class Stored {
  readonly writes: { readonly at: number; readonly about: string }[] = [];
  readonly messages: string[] = [];
  fault: Error | undefined;
  /** A kind about which nothing can be written. */
  faultOf: string | undefined;
  attempts = 0;
  readonly #events = new Map<string, { at: number; count: number; message: string }>();

  async record(
    event: EventFacts,
    now: Date,
    { freshFor = 0, messagePrefix = '' }: RecordingOptions,
  ): Promise<RecordedEvent> {
    this.attempts += 1;
    if (this.fault) throw this.fault;
    if (event.about.kind === this.faultOf) throw new Error('no');
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
      record: (event, now, retelling) => this.stored.record(event, now, retelling),
      perMinute,
      now: () => new Date(this.now),
      log: collectLog().log,
      metrics: {
        eventWritten: () => {},
        eventFailed: () => {},
        eventsWaiting: (count) => this.waiting.push(count),
      },
    });
  }

  /** Looks every two seconds for so long. */
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
  it('is told at once, and told again before the Event is gone, for as long as it runs', async () => {
    const world = new World(WEB);
    await world.pass(world.replica(), 101 * MINUTE);
    const times = world.stored.writes.map(({ at }) => (at - Date.UTC(2026, 10, 22, 12)) / MINUTE);
    expect(world.stored.names).toEqual(Array(3).fill(['Deployment web', 'Pod web-abc-1']).flat());
    expect(times).toEqual([0, 0, 50, 50, 100, 100]);
  });

  it('is told by no replica that does not lead, and by none that does not know who uses what', async () => {
    const world = new World(WEB);
    world.leading = false;
    await world.pass(world.replica(), MINUTE);
    world.leading = true;
    world.known = false;
    await world.pass(world.replica(), MINUTE);
    expect(world.stored.names).toEqual([]);
  });

  it.each([
    ['gets longer', 'by who told it', '', '; removal on 2027-03-01'],
    ['gets longer', 'by whoever takes over', '', '; removal on 2027-03-01'],
    ['gets shorter', 'by who told it', '; removal on 2027-03-01', ''],
    ['gets shorter', 'by whoever takes over', '; removal on 2027-03-01', ''],
  ])('is told anew when the advice about it %s, %s', async (_, by, before, after) => {
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
    await world.pass(by === 'by who told it' ? replica : world.replica(), 10 * MINUTE);
    expect(world.stored.names).toEqual(Array(2).fill(['Deployment web', 'Pod web-abc-1']).flat());
    expect(world.stored.messages).toEqual(
      [before, before, after, after].map((advice) => `python3.7 is deprecated${advice} (container main)`),
    );
  });

  it('is told on its Pod when only that failed the first time', async () => {
    const world = new World(WEB);
    world.stored.faultOf = 'Pod';
    const replica = world.replica();
    await world.pass(replica, MINUTE);
    expect(world.stored.names).toEqual(['Deployment web']);
    world.stored.faultOf = undefined;
    await world.pass(replica, 5 * MINUTE);
    expect(world.stored.names).toEqual(['Deployment web', 'Pod web-abc-1']);
  });

  it('is not told again by whoever takes over', async () => {
    const world = new World(WEB);
    await world.pass(world.replica(), MINUTE);
    await world.pass(world.replica(), MINUTE);
    expect(world.stored.names).toEqual(['Deployment web', 'Pod web-abc-1']);
  });

  it('is told again by whoever took over when its time has come', async () => {
    const world = new World(WEB);
    await world.pass(world.replica(), MINUTE);
    await world.pass(world.replica(), 50 * MINUTE);
    expect(world.stored.names).toHaveLength(4);
  });

  it('is told on the first Pod, too, when that comes after its owner', async () => {
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

  it('of a CronJob that runs every minute is told on the CronJob and on one Pod in 50 minutes', async () => {
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
  it('holds whatever comes: 500 Pods that are made anew every minute never cost more than 60 writes a minute', async () => {
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
    // The last three stay: one Event may need four.
    expect(Math.max(...counts)).toBe(57);
    expect(world.stored.writes).toHaveLength(570);
    expect(world.waiting.at(-1)).toBe(443);
  });

  it('has room for one telling at the least that the setting allows', async () => {
    const world = new World(WEB);
    await world.pass(world.replica(8), 2 * MINUTE);
    expect(world.stored.names).toEqual(['Deployment web', 'Pod web-abc-1']);
  });

  it('is not spent on an API server that refuses everything', async () => {
    const pods = Array.from(
      { length: 50 },
      (_, i): InCluster => ({ kind: 'Pod', name: `p${i}`, image: URL }),
    );
    const world = new World(pods);
    world.stored.fault = new Error('away');
    await world.pass(world.replica(), MINUTE);
    // One each two seconds: a failure ends the round.
    expect(world.stored.attempts).toBe(30);
  });
});
