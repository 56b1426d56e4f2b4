import type { WatchHealth } from '../../cluster/cluster.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../server/metrics/metrics.ts';

/**
 * How a watch is told about: a gauge of its silence, a line when trouble begins or changes, and one when it is over. An
 * API server may be away for hours, and each watch tries several times a minute.
 */
export function watchHealth(watch: string, log: Log, metrics: Pick<Metrics, 'watchSilence'>): WatchHealth {
  let heard = performance.now();
  let trouble: string | undefined;
  metrics.watchSilence(watch, () => (performance.now() - heard) / 1_000);
  return {
    onHeartbeat() {
      heard = performance.now();
      if (trouble !== undefined) log.info({ watch }, 'the cluster answers again');
      trouble = undefined;
    },
    onTrouble(error, pause) {
      const fault = error instanceof Error ? error.message : String(error);
      const line = { watch, fault, pause: Math.round(pause) };
      if (fault === trouble) log.debug(line, 'the cluster does not answer');
      else log.warn(line, 'the cluster does not answer');
      trouble = fault;
    },
  };
}
