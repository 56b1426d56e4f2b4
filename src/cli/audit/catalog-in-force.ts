import { loadCatalog } from '../../catalog/load.ts';
import type { FoundCatalog } from '../../catalog/manifest.ts';
import { IMAGE_CONFIG } from '../../catalog/public-names.ts';
import { ApiError } from '../../cluster/api-error.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { problemsIn, theCatalog } from '../ask-catalog.ts';
import { type CommandResult, UsageError } from '../command-result.ts';
import type { Io } from '../io.ts';
import type { Source } from '../lint-file.ts';
import { errorText } from '../output/terminal-safe.ts';
import { readInput } from '../read-input.ts';
import type { CatalogInForce, Terms } from './report.ts';
import { OTHER_CREDENTIALS } from './survey.ts';

/**
 * Resolves to the catalog of the file, or without a file to that of the cluster. A catalog with errors resolves nothing, so
 * for it this resolves to the command result that prints them.
 */
export async function catalogInForce(
  cluster: Pick<Cluster, 'configMap'>,
  file: string | undefined,
  { policy, today }: Terms,
  io: Io,
): Promise<CatalogInForce | CommandResult> {
  const { source, found } = file === undefined ? await storedIn(cluster) : await inFile(file, io);
  const { catalog } = loadCatalog(found.text, policy, today);
  if (catalog) return { from: source.file, found, catalog };
  const hint = errorText('this catalog has errors, so it resolves nothing; --catalog FILE takes another one');
  return { exitCode: 2, stderr: problemsIn(source, { policy, today }, io) + hint };
}

interface Read {
  readonly source: Source;
  readonly found: FoundCatalog;
}

async function inFile(file: string, io: Io): Promise<Read> {
  const source = { file, text: await readInput(file, io) };
  return { source, found: theCatalog(source) };
}

async function storedIn(cluster: Pick<Cluster, 'configMap'>): Promise<Read> {
  const { namespace, name, key } = IMAGE_CONFIG;
  const label = `${namespace}/${name}`;
  const configMap = await cluster.configMap(namespace, name).catch((error: Error) => {
    throw new UsageError(`cannot read the ConfigMap ${label}: ${error.message}${hintFor(error)}`, {
      cause: error,
    });
  });
  if (!configMap) throw new UsageError(`there is no ConfigMap ${label} in this cluster\n${INSTEAD}`);
  const text = configMap.data[key];
  if (text === undefined)
    throw new UsageError(`the ConfigMap ${label} has no ${key} in its data\n${INSTEAD}`);
  const annotations = new Map(Object.entries(configMap.annotations));
  return {
    source: { file: label, text },
    found: { text, label: `ConfigMap ${label}`, annotations, offsetInFile: (offset) => offset },
  };
}

/** The hint that helps with this failure; empty if there is none. */
function hintFor(error: Error): string {
  if (!(error instanceof ApiError)) return `\n${ELSEWHERE}`;
  if (error.status === 401) return `\n(${OTHER_CREDENTIALS})`;
  return error.status < 500 ? `\n${INSTEAD}` : '';
}

const INSTEAD = '(--catalog FILE takes the catalog of a file)';
/** The hint when no API server answers. --catalog would not help then, since the workloads cannot be listed either. */
const ELSEWHERE = '(--kubeconfig FILE chooses the cluster)';
