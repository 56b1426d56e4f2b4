import type { Catalog } from '../catalog/entry.ts';
import { loadCatalog } from '../catalog/load.ts';
import type { FoundCatalog } from '../catalog/manifest.ts';
import type { CatalogPolicy } from '../catalog/policy.ts';
import { describe } from '../catalog/problem-message.ts';
import { IMAGE_CONFIG } from '../catalog/public-names.ts';
import { type CommandResult, UsageError } from './command-result.ts';
import type { Io } from './io.ts';
import { catalogsOf, type LintTerms, lintFile, type Source } from './lint-file.ts';
import { policyOf } from './options/shared.ts';
import { colorsFor } from './output/colors.ts';
import { findingsOf } from './output/findings.ts';
import { findingsAsText } from './output/findings-text.ts';
import { readInput } from './read-input.ts';

export interface AskOptions extends CatalogPolicy {
  readonly catalog?: string;
  readonly today?: string;
}

/**
 * Resolves to the catalog of `--catalog`. A catalog with errors resolves nothing, so for it this resolves to the command
 * result that prints them.
 */
export async function askCatalog(options: AskOptions, io: Io): Promise<Catalog | CommandResult> {
  const file = options.catalog;
  if (file === undefined)
    throw new UsageError(`no catalog: give --catalog FILE, or set IMAGE_CONFIG_CATALOG\n${HOW_TO_SAVE}`);
  return catalogIn({ file, text: await readInput(file, io) }, options, io);
}

/** The catalog of a source, or the result that prints its errors. */
export function catalogIn(source: Source, options: AskOptions, io: Io): Catalog | CommandResult {
  const policy = policyOf(options);
  const today = options.today ?? io.today();
  if (catalogsOf(source).catalogs.length > 0) {
    const { catalog } = loadCatalog(theCatalog(source).text, policy, today);
    if (catalog) return catalog;
  }
  return { exitCode: 1, stderr: problemsIn(source, { policy, today }, io) };
}

/** Any user of the cluster may read the ConfigMap. */
const HOW_TO_SAVE = `To save that of the cluster: kubectl get configmap -n ${IMAGE_CONFIG.namespace} ${IMAGE_CONFIG.name} -o yaml > catalog.yaml`;

/** The problems of a catalog that resolves nothing, for stderr. */
export const problemsIn = (source: Source, terms: Pick<LintTerms, 'policy' | 'today'>, io: Io): string =>
  findingsAsText([findingsOf(lintFile(source, terms))], colorsFor(io.stderr, io.env));

/**
 * The ConfigMap that the consumers read, if a file has it; otherwise the only catalog of the file. Throws `UsageError` when
 * there is neither.
 */
export function theCatalog(source: Source): FoundCatalog {
  const { catalogs, problems } = catalogsOf(source);
  const live = catalogs.find(
    ({ label }) => label === `ConfigMap ${IMAGE_CONFIG.namespace}/${IMAGE_CONFIG.name}`,
  );
  const catalog = live ?? (catalogs.length === 1 ? catalogs[0] : undefined);
  if (catalog) return catalog;
  const fault = catalogs.length === 0 ? problems[0] : undefined;
  if (fault) throw new UsageError(`cannot read ${source.file}: ${describe(fault, () => 1).message}`);
  throw new UsageError(
    `cannot read ${source.file}: it holds ${catalogs.length} catalogs; give a file with only one of them`,
  );
}
