import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { load } from 'js-yaml';
import { isMapping, KubeconfigSection } from './section.ts';

/** The clusters, users and contexts of one or more kubeconfig files, by their names. */
export interface Kubeconfig {
  readonly clusters: ReadonlyMap<string, KubeconfigSection>;
  readonly users: ReadonlyMap<string, KubeconfigSection>;
  readonly contexts: ReadonlyMap<string, KubeconfigSection>;
  readonly currentContext: string | undefined;
}

/** Reads one file. Throws an error with the file's name when it is missing or not a kubeconfig. */
export function readKubeconfig(file: string): Kubeconfig {
  const top = new KubeconfigSection(parse(file), file, '');
  return {
    clusters: named(top, 'clusters', 'cluster'),
    users: named(top, 'users', 'user'),
    contexts: named(top, 'contexts', 'context'),
    currentContext: top.text('current-context'),
  };
}

/**
 * Reads a list of files as KUBECONFIG has it. Missing files are skipped, and the first file that has a name or a
 * current-context wins
 * (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files).
 */
export function readKubeconfigs(list: string): Kubeconfig {
  const files = list.split(delimiter).filter((file) => file !== '');
  const read = files.flatMap((file) => readIfThere(file) ?? []);
  if (read.length === 0) throw new Error(`no cluster: KUBECONFIG is ${list}, and no such file exists`);
  return {
    clusters: firstOf(read, ({ clusters }) => clusters),
    users: firstOf(read, ({ users }) => users),
    contexts: firstOf(read, ({ contexts }) => contexts),
    currentContext: read.find(({ currentContext }) => currentContext !== undefined)?.currentContext,
  };
}

function readIfThere(file: string): Kubeconfig | undefined {
  try {
    return readKubeconfig(file);
  } catch (error) {
    if (((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return undefined;
    throw error;
  }
}

function firstOf(
  files: readonly Kubeconfig[],
  of: (file: Kubeconfig) => ReadonlyMap<string, KubeconfigSection>,
): ReadonlyMap<string, KubeconfigSection> {
  // A later entry of the list overwrites an earlier one, so the first file comes last.
  return new Map(files.toReversed().flatMap((file) => [...of(file)]));
}

function parse(file: string): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = load(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`cannot read the kubeconfig ${file}: ${(error as Error).message}`, { cause: error });
  }
  // An empty file is an empty kubeconfig to kubectl.
  if (parsed === undefined || parsed === null) return {};
  if (!isMapping(parsed)) throw new Error(`the kubeconfig ${file} is invalid: expected a mapping`);
  return parsed;
}

/** The named entries of a list such as `users`: each has a `name` and its fields under `field`. */
function named(top: KubeconfigSection, list: string, field: string): Map<string, KubeconfigSection> {
  const entries = new Map<string, KubeconfigSection>();
  for (const item of top.items(list)) {
    const name = item.text('name') ?? item.fail('name', 'expected a name');
    // kubectl refuses the file, too: either of the two entries could be meant.
    if (entries.has(name)) item.fail('name', `the name ${name} is used twice`);
    const at = `${list}[${name}].${field}`;
    entries.set(name, item.section(field)?.named(at) ?? item.empty(at));
  }
  return entries;
}
