import { metricTable } from '../support/metric-table.ts';

const own = new Set(
  metricTable().flatMap(({ name, type }) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
  ),
);
/** prom-client's, and those of API servers. */
const others = [
  'process_resident_memory_bytes',
  'apiserver_admission_webhook_rejection_count',
  'apiserver_admission_webhook_fail_open_count',
];

/** The metrics in an expression that neither the program nor an API server has. Quoted values and variables are no metrics. */
export function unknownMetrics(expr: string): string[] {
  const names = expr.replaceAll(/"[^"]*"|\$\w+/g, '').match(/\b[a-z]+(?:_[a-z]+){2,}\b/g) ?? [];
  return names.filter((name) => !own.has(name) && !others.includes(name));
}
