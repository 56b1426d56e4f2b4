import type { WatchHealth } from '../../cluster/cluster.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../server/metrics/metrics.ts';

/**
 * Reports the health of a watch: its silence as a gauge, a log line when a failure begins or changes, and one when it is over.
 * Repetitions are logged at debug level: an API server may be away for hours, and each watch tries several times a minute.
 */
export function watchHealth(watch: string, log: Log, metrics: Pick<Metrics, 'watchSilence'>): WatchHealth {
  let heard = performance.now();
  let lastFault: string | undefined;
  metrics.watchSilence(watch, () => (performance.now() - heard) / 1_000);
  return {
    onHeartbeat() {
      heard = performance.now();
      if (lastFault !== undefined) log.info({ watch }, 'watch recovered');
      lastFault = undefined;
    },
    onTrouble(error, pause) {
      const fault = error instanceof Error ? error.message : String(error);
      const line = { watch, fault, pause: Math.round(pause) };
      log[fault === lastFault ? 'debug' : 'warn'](line, 'watch failed');
      lastFault = fault;
    },
  };
}
