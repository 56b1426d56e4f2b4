import { Registry } from 'prom-client';
import { createMetrics } from '../../src/server/metrics/metrics.ts';

export interface MetricRow {
  readonly name: string;
  /** counter, gauge or histogram. */
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
}

/** Every metric of the webhook, as it is registered; without those of the process, which are prom-client's. */
export function metricTable(): MetricRow[] {
  const registry = new Registry();
  createMetrics(registry);
  return registry
    .getMetricsAsArray()
    .filter(({ name }) => name.startsWith('image_config_admission_'))
    .map((metric) => {
      // prom-client's types leave out the labels.
      const { name, type, labelNames, help } = metric as typeof metric & { labelNames: string[] };
      return { name, type: String(type), labels: labelNames, help };
    });
}
