import { isForbiddenOrUnauthorized } from '../../cluster/api-error.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Collection } from '../../cluster/collection.ts';
import { type AnnotationTrust, readWorkload } from '../../usage/read-workload.ts';
import { UsageIndex } from '../../usage/usage-index.ts';
import { toolNamespaces, workloadCollections } from '../collections.ts';
import { UsageError } from '../command-result.ts';
import type { Progress } from './progress.ts';

export interface WhoseWorkloads {
  /** Of one tool alone. */
  readonly namespace: string | undefined;
  /** Labels of the namespaces that are tools'. */
  readonly toolSelector: string;
  readonly podAnnotations: AnnotationTrust;
}

/** Looks once at everything of tools that has images, or of one. Throws `UsageError` where it may not. */
export async function survey(
  cluster: Pick<Cluster, 'list'>,
  { namespace, toolSelector, podAnnotations }: WhoseWorkloads,
  progress: Progress,
): Promise<UsageIndex> {
  const index = new UsageIndex();
  const missing = new MissingRights();
  const listed = async <Kept>(
    collection: Collection,
    keep: Parameters<typeof cluster.list<Kept>>[1]['keep'],
  ): Promise<ReadonlyMap<string, Kept>> => {
    const what = collection.path.slice(collection.path.lastIndexOf('/') + 1);
    try {
      return await cluster.list(collection, { keep, onPage: (page) => progress.page(what, page) });
    } catch (error) {
      missing.note(what, error);
      return new Map();
    }
  };

  try {
    const tools =
      namespace === undefined
        ? await listed(toolNamespaces(toolSelector), () => undefined)
        : new Map([[namespace, undefined]]);
    index.applyTools({ kind: 'listed', objects: tools });
    // Pods come first: what a Pod belongs to is older than it, so it is in a list that is made later.
    for (const [kind, collection] of workloadCollections(namespace)) {
      const all = await listed(collection, (object) =>
        readWorkload(kind, object, index.imageSets, podAnnotations),
      );
      const objects = new Map([...all].filter(([, workload]) => tools.has(workload.namespace)));
      index.apply(kind, { kind: 'listed', objects });
    }
  } finally {
    progress.done();
  }
  missing.throwIfAny(namespace);
  return index;
}

/** All that is not allowed is told at once: who asks for a right should have to ask only once. */
class MissingRights {
  /** What may not be listed, by the API server's words. */
  readonly #rights = new Map<string, string[]>();

  /** Throws what is no refusal. */
  note(what: string, error: unknown): void {
    const { message } = error as Error;
    if (!isForbiddenOrUnauthorized(error))
      throw new UsageError(`cannot list ${what}: ${message}`, { cause: error });
    this.#rights.set(message, [...(this.#rights.get(message) ?? []), what]);
  }

  throwIfAny(namespace: string | undefined): void {
    if (this.#rights.size === 0) return;
    const rights = Array.from(this.#rights, ([message, what]) => `  list ${what.join(', ')}: ${message}`);
    const hint =
      namespace === undefined
        ? '--namespace NAME audits one tool, by rights in its namespace alone; docs/audit.md has the rights for both'
        : 'docs/audit.md has the rights that are needed';
    throw new UsageError(
      ['nothing is said, since a part could not be looked at. Missing rights:', ...rights, hint].join('\n'),
    );
  }
}
