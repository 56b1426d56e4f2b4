import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Election } from '../../cluster/election.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../server/metrics/metrics.ts';
import type { EventSettings } from '../../settings.ts';
import { watchHealth } from './watch-health.ts';

interface WriterElectionOptions {
  readonly events: EventSettings;
  /** The namespace of the Lease. */
  readonly namespace: string;
  readonly now: () => Date;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Elects the one replica that writes Events about usage and the history of use, until the cluster is closed. */
export function electWriter(
  cluster: Cluster,
  { events, namespace, now, log, metrics }: WriterElectionOptions,
): Pick<Election, 'leading'> {
  const identity = `${hostname()}_${randomUUID()}`;
  return cluster.elect({
    ...watchHealth('lease', log, metrics),
    ...{ namespace, name: events.lease, identity, now },
    onLeading(leading) {
      metrics.eventsLeading(leading);
      log.info({ lease: { leading, identity } }, 'leadership changed');
    },
  });
}
