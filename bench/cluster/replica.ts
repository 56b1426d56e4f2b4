import { setTimeout as pause } from 'node:timers/promises';
import type { Program } from '../../test/control-plane/support/program.ts';
import { seriesIn } from '../../test/support/webhook-server.ts';

/** One scrape of /metrics. */
export interface Scrape {
  /** The value of a series, `name{labels}`; 0 for a missing one. */
  readonly of: (series: string) => number;
  readonly milliseconds: number;
}

export async function scrape(replica: Program): Promise<Scrape> {
  const opsPort = Number(replica.logged('listening')[0]?.opsPort);
  const began = performance.now();
  const answer = await (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text();
  const milliseconds = performance.now() - began;
  return { of: (series) => seriesIn(answer, series) ?? 0, milliseconds };
}

/** The time at which the replica logged this message, in milliseconds since 1970. Waits at most a minute for the line. */
export async function toldAt(replica: Program, message: string): Promise<number> {
  for (const giveUpAt = Date.now() + 60_000; Date.now() < giveUpAt; await pause(20)) {
    const [line] = replica.logged(message);
    if (line) return Date.parse(String(line.time));
  }
  throw new Error(`the replica did not log within a minute: ${message}`);
}

/** Milliseconds between two measurements of the event loop's lag (fine-lag.mjs); the lag that prom-client reports includes them. */
const LAG_RESOLUTION = 10;
process.env.TEST_NODE_OPTIONS = `--import=${new URL('fine-lag.mjs', import.meta.url)}`;

/** The longest time for which the event loop was blocked since the last scrape, in milliseconds. */
export const longestStall = ({ of }: Scrape): number =>
  Math.max(0, of('nodejs_eventloop_lag_max_seconds') * 1_000 - LAG_RESOLUTION);

export const cpuSeconds = ({ of }: Scrape): number => of('process_cpu_seconds_total');

/** Resident bytes: the lowest of twelve samples, one a second, since garbage is collected meanwhile. */
export async function memoryAtRest(replica: Program): Promise<number> {
  const samples: number[] = [];
  for (let sample = 0; sample < 12; sample += 1) {
    await pause(1_000);
    samples.push((await scrape(replica)).of('process_resident_memory_bytes'));
  }
  return Math.min(...samples);
}
