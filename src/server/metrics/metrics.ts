import { collectDefaultMetrics, Registry } from 'prom-client';
import { catalogMetrics } from './catalog.ts';
import { certificateMetrics } from './certificates.ts';
import { clusterMetrics } from './cluster.ts';
import { reviewMetrics } from './reviews.ts';
import { usageMetrics } from './usage.ts';

export type Metrics = ReturnType<typeof createMetrics>;

/**
 * Milliseconds between two measurements of the event loop's lag, which the reported lag includes. Each is a timer: every
 * 10 ms, prom-client's default, they take 4 ms of CPU a second, a third of what an idle replica takes; every 100 ms, 0.5.
 * The price is that a stall of less than 100 ms is seen by chance. The histogram of review durations has what it costs.
 */
const LAG_RESOLUTION = 100;

/**
 * All metrics in one registry: ours by concern, and prom-client's own of the process. Label values come from fixed sets
 * and from the catalog only, so that no client chooses how many series there are.
 */
export function createMetrics(registry = new Registry()) {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_RESOLUTION });
  return {
    ...reviewMetrics(registry),
    ...catalogMetrics(registry),
    ...certificateMetrics(registry),
    ...clusterMetrics(registry),
    ...usageMetrics(registry),
    contentType: registry.contentType,
    /** All series in Prometheus' text format. */
    text: (): Promise<string> => registry.metrics(),
  };
}
