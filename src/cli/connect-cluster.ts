import { Cluster } from '../cluster/cluster.ts';
import type { ClusterAccess } from '../settings.ts';
import { UsageError } from './command-result.ts';
import type { Io } from './io.ts';
import { PROGRAM, version } from './version.ts';

/** A client of the cluster; it sends nothing yet. Throws a `UsageError` that ends with the hint. */
export function connectCluster(access: ClusterAccess, env: Io['env'], hint: string): Cluster {
  try {
    return new Cluster({ ...access, env, component: PROGRAM, version });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n(${hint})`, { cause: error });
  }
}
