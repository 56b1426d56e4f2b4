import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Lookup } from '../../catalog/lookup.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../server/metrics/metrics.ts';
import type { EventSettings } from '../../settings.ts';
import { UsageEvents } from './usage-events.ts';
import type { UsageWatch } from './usage-watch.ts';
import { watchHealth } from './watch-health.ts';

export interface UsageRecorderOptions {
  readonly usage: UsageWatch;
  readonly lookup: () => Lookup | undefined;
  readonly settings: EventSettings;
  /** Of the Lease. */
  readonly namespace: string;
  readonly now: () => Date;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Records Events about usage in the one replica that holds the Lease. Ends with the cluster. */
export function recordUsageEvents(cluster: Cluster, options: UsageRecorderOptions): void {
  const { settings, namespace, now, log, metrics } = options;
  const identity = `${hostname()}_${randomUUID()}`;
  const election = cluster.elect({
    ...watchHealth('lease', log, metrics),
    ...{ namespace, name: settings.lease, identity, now },
    onLeading(leading) {
      metrics.eventsLeading(leading);
      log.info({ lease: { leading, identity } }, 'leadership changed');
    },
  });
  const events = new UsageEvents({
    ...options,
    perMinute: settings.perMinute,
    leading: () => election.leading,
    record: (event, at, recording) => cluster.recordEvent(event, at, recording),
  });
  void events.run(cluster.signal);
}
