import { ApiError } from '../../cluster/api-error.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { readHistory, type UseHistory } from '../../history/read.ts';
import { historyConfigMap } from '../../settings.ts';
import { UsageError } from '../command-result.ts';

export interface HistoryReport {
  /** Namespace and name of the ConfigMap. */
  readonly configMap: string;
  readonly today: string;
  readonly history: UseHistory;
}

/** Reads the history that `serve` keeps in this namespace. */
export async function historyReport(
  cluster: Pick<Cluster, 'configMap'>,
  namespace: string,
  today: string,
): Promise<HistoryReport> {
  const { name, key } = historyConfigMap;
  const configMap = `${namespace}/${name}`;
  const found = await cluster.configMap(namespace, name).catch((error: Error) => {
    const hint = error instanceof ApiError && error.status === 403 ? `\n${RIGHT}` : '';
    throw new UsageError(`cannot read the ConfigMap ${configMap}: ${error.message}${hint}`, { cause: error });
  });
  if (!found) throw new UsageError(`there is no ConfigMap ${configMap}\n${ELSEWHERE}`);
  return { configMap, today, history: readHistory(found.data[key] ?? '', today) };
}

const RIGHT = `(it needs the right to get this ConfigMap)`;
const ELSEWHERE = '(--history NAMESPACE names the namespace that the program runs in)';
