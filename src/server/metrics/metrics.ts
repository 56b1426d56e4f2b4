import { collectDefaultMetrics, Registry } from 'prom-client';
import { catalogMetrics } from './catalog.ts';
import { certificateMetrics } from './certificates.ts';
import { clusterMetrics } from './cluster.ts';
import { replicaMetrics } from './replica.ts';
import { reviewMetrics } from './reviews.ts';
import { usageMetrics } from './usage.ts';

export type Metrics = ReturnType<typeof createMetrics>;

/**
 * Milliseconds between two measurements of the event loop's lag; the reported lag includes them. Each measurement is a timer.
 * With prom-client's default of 10 ms they take 4 ms of CPU a second, a third of the CPU of an idle replica; with 100 ms they
 * take 0.5. A stall of less than 100 ms may go unmeasured, but the histogram of review durations shows the reviews that it
 * delays.
 */
const LAG_RESOLUTION = 100;

/**
 * All metrics in one registry: ours by concern, and prom-client's default metrics of the process. Label values come from
 * fixed sets and from the catalog only, so that no client chooses how many series there are.
 */
export function createMetrics(registry = new Registry()) {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_RESOLUTION });
  return {
    ...reviewMetrics(registry),
    ...catalogMetrics(registry),
    ...certificateMetrics(registry),
    ...clusterMetrics(registry),
    ...usageMetrics(registry),
    ...replicaMetrics(registry),
    contentType: registry.contentType,
    /** All series in Prometheus' text format. */
    text: (): Promise<string> => registry.metrics(),
  };
}
