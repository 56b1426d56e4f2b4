import { beforeEach, describe, expect, it } from 'vitest';
import { unknownUsage } from '../../../src/catalog/usage.ts';
import { UsageHistory, type UsageHistoryOptions } from '../../../src/cli/serve/usage-history.ts';
import { imageClassifier } from '../../../src/usage/image-classification.ts';
import { usageOf } from '../../../src/usage/usage-of.ts';
import { lookupOf } from '../../support/catalog.ts';
import { digestNumber, historyText, lineOf } from '../../support/history.ts';
import { collectLog } from '../../support/log.ts';
import { indexOf } from '../../support/workloads.ts';

const URL = 'r.example/toolforge-python37-sssd-web';
const catalogOf = (digest: number) => {
  const lookup = lookupOf({ 'python3.7': { image: URL }, node12: { image: 'r.example/node12' } });
  return { ...lookup, catalog: { ...lookup.catalog, digest: digestNumber(digest) } };
};

/** A ConfigMap with optimistic concurrency, and the surroundings of its writers. */
class World {
  stored: string | undefined = '';
  version = 1;
  fault: Error | undefined;
  reads = 0;
  day = '2026-11-30';
  time = '12:00:00Z';
  leading = true;
  known = true;
  catalog: ReturnType<typeof catalogOf> | undefined = catalogOf(1);
  readonly log = collectLog();
  /** Runs between a read and the write that follows. */
  meanwhile = async (): Promise<void> => {};

  writer(): UsageHistory {
    const index = indexOf([
      { kind: 'Deployment', name: 'web', image: URL },
      { kind: 'Pod', name: 'shell', image: URL },
    ]);
    const store = {
      read: async () => {
        this.reads += 1;
        if (this.fault) throw this.fault;
        if (this.stored === undefined) return undefined;
        const metadata = { name: 'history', uid: 'u', resourceVersion: String(this.version) };
        const read = {
          object: { metadata },
          data: this.stored === '' ? {} : { 'history.jsonl': this.stored },
        };
        await this.meanwhile();
        return read;
      },
      write: async (read, changed) => {
        if (read.object.metadata.resourceVersion !== String(this.version)) return false;
        this.version += 1;
        this.stored = changed['history.jsonl'] ?? '';
        return true;
      },
    } satisfies UsageHistoryOptions['store'];
    return new UsageHistory({
      store,
      label: 'ours/history',
      usage: {
        usage: (lookup) =>
          this.known ? usageOf(index, imageClassifier(lookup), lookup.clientOf) : unknownUsage,
      },
      lookup: () => this.catalog,
      leading: () => this.leading,
      now: () => new Date(`${this.day}T${this.time}`),
      log: this.log.log,
    });
  }
}

const counts = { 'python3.7': [1, 2] } as const;
let world: World;
beforeEach(() => {
  world = new World();
});

describe('the history of use', () => {
  it('gets one line a day, and one for each new catalog', async () => {
    const writer = world.writer();
    for (const digest of [1, 1, 2, 1]) {
      world.catalog = catalogOf(digest);
      await writer.recordDue();
    }
    world.day = '2026-12-01';
    for (const time of ['00:00:00Z', '23:59:59Z']) {
      world.time = time;
      await writer.recordDue();
    }
    expect(world.stored).toBe(
      historyText([
        lineOf('2026-11-30', counts, digestNumber(1)),
        lineOf('2026-11-30', counts, digestNumber(2)),
        lineOf('2026-12-01', counts, digestNumber(1)),
      ]),
    );
    expect(world.log.logged('history recorded')).toMatchObject([
      { history: { place: 'ours/history', day: '2026-11-30', images: 1 } },
      { history: { day: '2026-11-30' } },
      { history: { day: '2026-12-01' } },
    ]);
  });

  it('is not read again once its line is stored', async () => {
    const writer = world.writer();
    for (let pass = 0; pass < 5; pass += 1) await writer.recordDue();
    expect(world.reads).toBe(1);
  });

  it.each<[string, Partial<World>]>([
    ['does not lead', { leading: false }],
    ['does not know the use', { known: false }],
    ['has no catalog', { catalog: undefined }],
  ])('gets nothing from a replica that %s, so the day may be a gap', async (_, lack) => {
    Object.assign(world, lack);
    await world.writer().recordDue();
    expect([world.reads, world.stored]).toEqual([0, '']);
  });

  it('gets no second line from a replica that restarts or takes over', async () => {
    for (const writer of [world.writer(), world.writer()]) await writer.recordDue();
    expect(world.stored).toBe(historyText([lineOf('2026-11-30', counts)]));
    expect(world.log.logged('history recorded')).toHaveLength(1);
  });

  it('loses no line of two writers at once: the slower one has a conflict and reads again', async () => {
    const [slow, fast] = [world.writer(), world.writer()];
    world.meanwhile = async () => {
      world.meanwhile = async () => {};
      world.catalog = catalogOf(2);
      await fast.recordDue();
    };
    await slow.recordDue();
    const fromFast = lineOf('2026-11-30', counts, digestNumber(2));
    expect(world.stored).toBe(historyText([fromFast]));
    world.catalog = catalogOf(1);
    await slow.recordDue();
    expect(world.stored).toBe(historyText([fromFast, lineOf('2026-11-30', counts, digestNumber(1))]));
    expect(world.log.logged('history not recorded')).toEqual([]);
  });

  it('gets nothing from a replica that loses the lead between its read and its write', async () => {
    world.meanwhile = async () => {
      world.leading = false;
    };
    await world.writer().recordDue();
    expect(world.stored).toBe('');
  });

  it('keeps what the ConfigMap has, and reports its faulty lines', async () => {
    const before = `junk\n${historyText([lineOf('2099-01-01'), lineOf('2026-11-29')])}`;
    world.stored = before;
    await world.writer().recordDue();
    expect(world.stored).toBe(before + historyText([lineOf('2026-11-30', counts)]));
    expect(world.log.logged('history has faulty lines')).toMatchObject([
      {
        level: 'warn',
        history: {
          place: 'ours/history',
          faults: [
            'line 1 is no JSON object with day, digest and images; it is ignored',
            'line 2 is of 2099-01-01, and today is 2026-11-30; it is ignored',
          ],
        },
      },
    ]);
  });
});

describe('a missing ConfigMap', () => {
  it('is logged once, in words, and the line follows when it is there', async () => {
    world.stored = undefined;
    const writer = world.writer();
    for (let pass = 0; pass < 3; pass += 1) await writer.recordDue();
    expect(world.log.logged('history not recorded')).toMatchObject([
      {
        level: 'warn',
        history: {
          place: 'ours/history',
          fault:
            'there is no ConfigMap ours/history; the chart creates it: upgrade the release, or apply the manifests',
        },
      },
    ]);
    world.stored = '';
    await writer.recordDue();
    expect(world.stored).toBe(historyText([lineOf('2026-11-30', counts)]));
  });
});

describe('a failing API server', () => {
  it('is logged once for each fault, and again after a success', async () => {
    const writer = world.writer();
    const faults = [new Error('refused with 403'), new Error('refused with 403'), new Error('timeout')];
    for (const fault of faults) {
      world.fault = fault;
      await writer.recordDue();
    }
    world.fault = undefined;
    await writer.recordDue();
    world.fault = faults[2];
    world.day = '2026-12-01';
    await writer.recordDue();
    const logged = world.log.logged('history not recorded') as { history?: { fault: string } }[];
    expect(logged.map(({ history }) => history?.fault)).toEqual(['refused with 403', 'timeout', 'timeout']);
  });

  it('is not reported by a replica that shuts down, whose call is aborted', async () => {
    world.meanwhile = async () => {
      world.leading = false;
      throw new Error('This operation was aborted');
    };
    await world.writer().recordDue();
    expect(world.log.lines).toEqual([]);
  });
});
