import { setTimeout as pause } from 'node:timers/promises';
import type { AttachedControlPlane } from '../../../test/control-plane/control-plane.ts';
import { type Installed, untilCalled, untilReady } from '../../../test/control-plane/support/installed.ts';
import type { Program } from '../../../test/control-plane/support/program.ts';
import { recorded } from '../../../test/support/reviews.ts';
import { kib, mib, ms, seconds, spread, table } from '../../figures.mjs';
import { connectTo } from '../api.ts';
import { cpuSeconds, longestStall, memoryAtRest, type Scrape, scrape, toldAt } from '../replica.ts';
import { callSteadily, type SteadyCalls } from './steady-calls.ts';

/** A period of a replica: the scrape at its end, and how long its reviews took, in milliseconds. */
interface Time {
  readonly scraped: Scrape;
  readonly reviews: readonly number[];
}

export interface Start {
  /** Milliseconds since the start of the process. */
  readonly readyAfter: number;
  readonly knownAfter: number;
  /** From ready until the usage index is synced. */
  readonly listing: Time;
  readonly rest: Time;
  /** Bytes. */
  readonly rss: number;
}

const REVIEW = recorded('resolved-pod');

/** Milliseconds at rest. */
const REST = 5_000;

/**
 * Measures one replica from the start of its process until its usage index is synced, and then at rest. After the sync it
 * gets the calls of the API server.
 */
export async function start(installed: Installed, controlPlane: AttachedControlPlane): Promise<Start> {
  const began = Date.now();
  const replica = await installed.launchReplica();
  await untilReady(replica);
  const listing = await time(replica, async () => void (await toldAt(replica, 'usage index synced')));
  installed.receiveCalls(replica);
  await untilCalled(controlPlane);
  const rest = await time(replica, () => pause(REST));
  const rss = await memoryAtRest(replica);
  const after = async (message: string) => (await toldAt(replica, message)) - began;
  return {
    readyAfter: await after('ready'),
    knownAfter: await after('usage index synced'),
    listing,
    rest,
    rss,
  };
}

async function time(replica: Program, happens: () => Promise<void>): Promise<Time> {
  // Each scrape resets the longest lag.
  await scrape(replica);
  const calls = reviewSteadily(replica);
  await happens();
  return { reviews: await calls.stop(), scraped: await scrape(replica) };
}

/** Sends a review every 20 ms, over fewer connections than an API server keeps. */
function reviewSteadily({ tlsPort }: Program): SteadyCalls {
  const client = connectTo({ server: `https://127.0.0.1:${tlsPort}`, connections: 4 });
  const calls = callSteadily(20, () => client.send('POST', '/mutate-pods', REVIEW));
  return {
    async stop() {
      const took = await calls.stop();
      client[Symbol.dispose]();
      return took;
    },
  };
}

/** A Markdown table that compares a replica in an empty cluster with one in a cluster of so many objects. */
export function startTable(empty: Start, full: Start, objects: number): string {
  const [emptyCpu, fullCpu] = [cpuSeconds(empty.listing.scraped), cpuSeconds(full.listing.scraped)];
  return table([
    ['start of a replica', 'empty cluster', 'full cluster', 'per object'],
    ['until ready', seconds(empty.readyAfter), seconds(full.readyAfter), ''],
    ['until the usage index is synced', seconds(empty.knownAfter), seconds(full.knownAfter), ''],
    [
      'CPU until then',
      `${emptyCpu.toFixed(2)} s`,
      `${fullCpu.toFixed(2)} s`,
      `${(((fullCpu - emptyCpu) * 1_000) / objects).toFixed(2)} ms`,
    ],
    ['longest stall between the two', '', ms(longestStall(full.listing.scraped)), ''],
    ['reviews meanwhile, p50 / p99 / longest', '', spread(full.listing.reviews), ''],
    ['longest stall at rest', ms(longestStall(empty.rest.scraped)), ms(longestStall(full.rest.scraped)), ''],
    ['reviews at rest, p50 / p99 / longest', spread(empty.rest.reviews), spread(full.rest.reviews), ''],
    ['memory at rest (RSS)', mib(empty.rss), mib(full.rss), kib((full.rss - empty.rss) / objects)],
  ]);
}
