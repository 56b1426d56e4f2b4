import type { Program } from '../../../test/control-plane/support/program.ts';
import { type Scrape, scrape } from '../replica.ts';

/** The resources of a replica at one moment. */
export interface Sample {
  /** Hours since the first sample of the run. */
  readonly at: number;
  /** Bytes. */
  readonly rss: number;
  readonly heap: number;
  /** Handles that keep Node's event loop alive: sockets, servers, watchers, ports of threads. */
  readonly handles: number;
  /** Handles, timers and requests. */
  readonly resources: number;
  readonly connections: number;
  /** The longest lag of the event loop since the sample before, in seconds. */
  readonly lag: number;
}

const HOUR = 3_600_000;

export async function sample(replica: Program, began: number): Promise<Sample> {
  const seen = await scrape(replica);
  return {
    at: (performance.now() - began) / HOUR,
    rss: seen.of('process_resident_memory_bytes'),
    heap: seen.of('nodejs_heap_size_used_bytes'),
    ...held(seen),
    lag: seen.of('nodejs_eventloop_lag_max_seconds'),
  };
}

type Held = Pick<Sample, 'handles' | 'resources' | 'connections'>;

const held = ({ of }: Scrape): Held => ({
  handles: of('nodejs_active_handles_total'),
  resources: of('nodejs_active_resources_total'),
  connections: ['Socket', 'TLSSocket'].reduce(
    (sum, type) => sum + of(`nodejs_active_handles{type="${type}"}`),
    0,
  ),
});

/** How much `value` grows per hour: the slope of the line fitted by least squares. */
export function slope(samples: readonly Sample[], value: (sample: Sample) => number): number {
  const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  const at = mean(samples.map((one) => one.at));
  const level = mean(samples.map(value));
  const [up, across] = samples.reduce(
    ([rise, run], one) => [rise + (one.at - at) * (value(one) - level), run + (one.at - at) ** 2],
    [0, 0],
  );
  return up / across;
}
