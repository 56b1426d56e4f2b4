import { type ApiError, isForbiddenOrUnauthorized } from '../../cluster/api-error.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Collection } from '../../cluster/collection.ts';
import { type AnnotationTrust, readWorkload } from '../../usage/read-workload.ts';
import { UsageIndex } from '../../usage/usage-index.ts';
import { toolNamespaces, workloadCollections } from '../collections.ts';
import { UsageError } from '../command-result.ts';
import type { Progress } from './progress.ts';

export interface SurveyScope {
  /** Limits the survey to one tool. */
  readonly namespace: string | undefined;
  /** Labels of the tools' namespaces. */
  readonly toolSelector: string;
  readonly podAnnotations: AnnotationTrust;
}

/** Lists once every object with images of all tools, or of one. Throws `UsageError` with all missing rights. */
export async function survey(
  cluster: Pick<Cluster, 'list'>,
  { namespace, toolSelector, podAnnotations }: SurveyScope,
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
    // Pods come first: the owner of a Pod is older than the Pod, so a later list contains it.
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

/** The hint for a 401: the API server does not know the user, so no further right would help. */
export const OTHER_CREDENTIALS =
  'the cluster does not accept these credentials: log in again, or choose others with --kubeconfig or --context';

/** Collects the missing rights, so that an operator can request all of them at once. */
class MissingRights {
  /** The collections that may not be listed, by the API server's message. */
  readonly #rights = new Map<string, string[]>();
  #unauthorized = false;

  /** Collects a refusal (401, 403). Throws any other error. */
  note(what: string, error: unknown): void {
    const { message } = error as Error;
    if (!isForbiddenOrUnauthorized(error))
      throw new UsageError(`cannot list ${what}: ${message}`, { cause: error });
    if ((error as ApiError).status === 401) this.#unauthorized = true;
    this.#rights.set(message, [...(this.#rights.get(message) ?? []), what]);
  }

  throwIfAny(namespace: string | undefined): void {
    if (this.#rights.size === 0) return;
    const rights = Array.from(this.#rights, ([message, what]) => `  list ${what.join(', ')}: ${message}`);
    const hint = this.#unauthorized
      ? OTHER_CREDENTIALS
      : namespace === undefined
        ? 'audit --namespace NAME needs rights in one namespace only; docs/audit.md has the rights for both'
        : 'docs/audit.md has the rights that are needed';
    throw new UsageError(
      ['the list of workloads is incomplete, so nothing is reported. Missing rights:', ...rights, hint].join(
        '\n',
      ),
    );
  }
}
