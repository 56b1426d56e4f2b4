import { type WorkloadKind, workloadKinds } from '../../src/catalog/kubernetes-objects.ts';
import { readWorkload } from '../../src/usage/read-workload.ts';
import { ImageSets, UsageIndex } from '../../src/usage/usage-index.ts';
import type { Workload } from '../../src/usage/workload.ts';

/** The fields of an object that matter to a test; the others get defaults. */
export interface TestObject {
  readonly kind: WorkloadKind;
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly created?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly owner?: { readonly kind: string; readonly name: string; readonly apiVersion?: string };
  readonly image?: string;
  /** Of the Pod, or of the Pod template. */
  readonly spec?: object;
  /** Fields beside the Pod template, such as `replicas`. */
  readonly scale?: object;
  readonly status?: object;
}

export const TOOL = 'tool-wikibugs';

/** An object as the API server sends it, with one container `main` unless the spec has its own. */
export function wire(given: TestObject): object {
  const { kind, name, namespace = TOOL, created = '2026-11-22T12:00:00Z', status } = given;
  const { labels, annotations, image = 'nginx', spec = {}, scale } = given;
  const pod = {
    metadata: { labels, annotations },
    spec: { containers: [{ name: 'main', image }], ...spec },
  };
  const metadata = {
    name,
    namespace,
    uid: given.uid ?? uidOf(kind, name, namespace),
    creationTimestamp: created,
    labels,
    annotations,
    ...(given.owner && { ownerReferences: [ownerReference(given.owner, namespace)] }),
  };
  if (kind === 'Pod') return { metadata, spec: pod.spec, status };
  if (kind === 'CronJob')
    return { metadata, spec: { jobTemplate: { spec: { template: pod } }, ...scale }, status };
  return { metadata, spec: { template: pod, ...scale }, status };
}

const uidOf = (kind: string, name: string, namespace = TOOL): string => `${kind}-${namespace}-${name}`;

const ownerReference = ({ kind, name, apiVersion }: NonNullable<TestObject['owner']>, namespace: string) => ({
  apiVersion: apiVersion ?? workloadKinds[kind as WorkloadKind]?.apiVersion ?? 'example.org/v1',
  kind,
  name,
  uid: uidOf(kind, name, namespace),
  controller: true,
});

export const workload = (given: TestObject, imageSets = new ImageSets()): Workload =>
  readWorkload(given.kind, wire(given), imageSets);

/** An index of these objects, with these namespaces as tools. */
export function indexOf(all: readonly TestObject[], tools: readonly string[] = [TOOL]): UsageIndex {
  const index = new UsageIndex();
  index.applyTools({ kind: 'listed', objects: new Map(tools.map((name) => [name, undefined])) });
  for (const kind of Object.keys(workloadKinds) as WorkloadKind[]) {
    const objects = all
      .filter((given) => given.kind === kind)
      .map(
        (given) => [`${given.namespace ?? TOOL}/${given.name}`, workload(given, index.imageSets)] as const,
      );
    index.apply(kind, { kind: 'listed', objects: new Map(objects) });
  }
  return index;
}
