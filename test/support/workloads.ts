import { type WorkloadKind, workloadKinds } from '../../src/catalog/kubernetes-objects.ts';
import { readWorkload } from '../../src/usage/read-workload.ts';
import { UsageIndex } from '../../src/usage/usage-index.ts';
import type { Workload } from '../../src/usage/workload.ts';

/** What a test says of an object; the rest follows from it. */
export interface Told {
  readonly kind: WorkloadKind;
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly created?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly owner?: { readonly kind: string; readonly name: string; readonly apiVersion?: string };
  readonly image?: string;
  readonly spec?: object;
  readonly status?: object;
}

export const TOOL = 'tool-wikibugs';

/** An object as the API server sends it, with one container that is called `main` unless the spec says otherwise. */
export function wire(told: Told): object {
  const { kind, name, namespace = TOOL, created = '2026-11-22T12:00:00Z', status } = told;
  const { labels, annotations, image = 'nginx', spec: given = {} } = told;
  const pod = {
    metadata: { labels, annotations },
    spec: { containers: [{ name: 'main', image }], ...given },
  };
  const metadata = {
    name,
    namespace,
    uid: told.uid ?? uidOf(kind, name, namespace),
    creationTimestamp: created,
    labels,
    annotations,
    ...(told.owner && { ownerReferences: [ownerReference(told.owner, namespace)] }),
  };
  if (kind === 'Pod') return { metadata, spec: pod.spec, status };
  if (kind === 'CronJob') return { metadata, spec: { jobTemplate: { spec: { template: pod } } }, status };
  return { metadata, spec: { template: pod }, status };
}

const uidOf = (kind: string, name: string, namespace = TOOL): string => `${kind}-${namespace}-${name}`;

const ownerReference = ({ kind, name, apiVersion }: NonNullable<Told['owner']>, namespace: string) => ({
  apiVersion: apiVersion ?? workloadKinds[kind as WorkloadKind]?.apiVersion ?? 'example.org/v1',
  kind,
  name,
  uid: uidOf(kind, name, namespace),
  controller: true,
});

export const workload = (told: Told): Workload => readWorkload(told.kind, wire(told));

/** An index of these, and of the tools whose they are. */
export function indexOf(all: readonly Told[], tools: readonly string[] = [TOOL]): UsageIndex {
  const index = new UsageIndex();
  index.applyTools({ kind: 'listed', objects: new Map(tools.map((name) => [name, undefined])) });
  for (const kind of Object.keys(workloadKinds) as WorkloadKind[]) {
    const objects = all
      .filter((told) => told.kind === kind)
      .map((told) => [`${told.namespace ?? TOOL}/${told.name}`, workload(told)] as const);
    index.apply(kind, { kind: 'listed', objects: new Map(objects) });
  }
  return index;
}
