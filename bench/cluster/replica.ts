import { setTimeout as pause } from 'node:timers/promises';
import type { Program } from '../../test/control-plane/support/program.ts';
import { seriesIn } from '../../test/support/webhook-server.ts';

/** What one scrape of /metrics says, and what it cost. */
export interface Scrape {
  /** The value of a series, `name{labels}`; 0 where there is none. */
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

/** Milliseconds since 1970, by the replica's own clock; waits for the line at most a minute. */
export async function toldAt(replica: Program, message: string): Promise<number> {
  for (const giveUpAt = Date.now() + 60_000; Date.now() < giveUpAt; await pause(20)) {
    const [line] = replica.logged(message);
    if (line) return Date.parse(String(line.time));
  }
  throw new Error(`the replica did not say within a minute: ${message}`);
}

/** How often the program looks whether its event loop is late, in milliseconds; what it counts includes that (prom-client). */
const LOOKS = 10;

/** The most that the event loop was held up since the last scrape, in milliseconds. */
export const longestStall = ({ of }: Scrape): number =>
  Math.max(0, of('nodejs_eventloop_lag_max_seconds') * 1_000 - LOOKS);

export const cpuSeconds = ({ of }: Scrape): number => of('process_cpu_seconds_total');

/** Resident bytes: the least of some seconds, in which garbage goes. */
export async function memoryAtRest(replica: Program): Promise<number> {
  const samples: number[] = [];
  for (let sample = 0; sample < 12; sample += 1) {
    await pause(1_000);
    samples.push((await scrape(replica)).of('process_resident_memory_bytes'));
  }
  return Math.min(...samples);
}
