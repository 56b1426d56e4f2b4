import { collectDefaultMetrics, Registry } from 'prom-client';
import { catalogMetrics } from './catalog.ts';
import { certificateMetrics } from './certificates.ts';
import { clusterMetrics } from './cluster.ts';
import { reviewMetrics } from './reviews.ts';
import { usageMetrics } from './usage.ts';

export type Metrics = ReturnType<typeof createMetrics>;

/**
 * All metrics in one registry: ours by concern, and prom-client's own of the process. Label values come from fixed sets
 * and from the catalog only, so that no client chooses how many series there are.
 */
export function createMetrics(registry = new Registry()) {
  collectDefaultMetrics({ register: registry });
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
