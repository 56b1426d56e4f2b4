import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type WorkloadKind, workloadKinds } from '../../src/catalog/kubernetes-objects.ts';
import { type CollectionChange, ImageSets, UsageIndex } from '../../src/usage/usage-index.ts';
import type { ImageUse, Workload } from '../../src/usage/workload.ts';
import { indexOf, type TestObject, TOOL, workload } from '../support/workloads.ts';

const kinds = Object.keys(workloadKinds) as WorkloadKind[];

describe('an index', () => {
  it('is complete once every collection has been listed', () => {
    const index = new UsageIndex();
    for (const kind of kinds) {
      index.apply(kind, { kind: 'listed', objects: new Map() });
      expect(index.complete).toBe(false);
    }
    index.applyTools({ kind: 'listed', objects: new Map() });
    expect(index.complete).toBe(true);
  });

  it('has a higher version after each change, so that no reader takes an old result for the current one', () => {
    const index = new UsageIndex();
    const versions = [index.version];
    const noted = (): void => void versions.push(index.version);
    index.apply('Pod', { kind: 'listed', objects: new Map() });
    noted();
    index.apply('Pod', { kind: 'put', key: 'a/b', object: workload({ kind: 'Pod', name: 'b' }) });
    noted();
    index.apply('Pod', { kind: 'removed', key: 'a/b' });
    noted();
    index.applyTools({ kind: 'put', key: TOOL, object: undefined });
    noted();
    expect(versions).toEqual([0, 1, 2, 3, 4]);
  });

  it('contains the workloads of namespaces that are tools at the time of the query', () => {
    const index = indexOf(
      [
        { kind: 'Pod', name: 'a' },
        { kind: 'Pod', name: 'b', namespace: 'kube-system' },
      ],
      [],
    );
    expect(usersIn(index)).toEqual([]);
    index.applyTools({ kind: 'put', key: TOOL, object: undefined });
    expect(usersIn(index)).toEqual(['Pod a']);
    index.applyTools({ kind: 'removed', key: TOOL });
    expect(usersIn(index)).toEqual([]);
  });

  it('groups fifty Pods with equal images', () => {
    const index = indexOf(Array.from({ length: 50 }, (_, i) => ({ kind: 'Pod', name: `p${i}` })));
    expect([...index.used()]).toHaveLength(1);
  });
});

describe('a store of image lists', () => {
  const python = (container: string): ImageUse => ({
    container,
    list: 'containers',
    image: 'r.example/toolforge-python311-sssd-web',
    client: 'webservice',
    requested: undefined,
    recorded: 'python3.11',
  });

  it('returns one object for equal lists', () => {
    const sets = new ImageSets();
    const first = sets.intern([python('web'), python('sidecar')]);
    expect(sets.intern([python('web'), python('sidecar')])).toBe(first);
  });

  it('returns another object for a list that differs in any field or in its order', () => {
    const sets = new ImageSets();
    const first = sets.intern([python('web'), python('sidecar')]);
    const others = [
      [python('web')],
      [python('sidecar'), python('web')],
      [python('web'), { ...python('sidecar'), client: undefined }],
    ];
    for (const other of others) {
      expect(sets.intern(other)).toEqual(other);
      expect(sets.intern(other)).not.toBe(first);
    }
  });
});

describe('the root owner', () => {
  const web: TestObject = { kind: 'Deployment', name: 'web' };
  const set: TestObject = { kind: 'ReplicaSet', name: 'web-abc', owner: { kind: 'Deployment', name: 'web' } };
  const pod: TestObject = { kind: 'Pod', name: 'web-abc-1', owner: { kind: 'ReplicaSet', name: 'web-abc' } };
  const rootIn = (all: readonly TestObject[], of: TestObject) => {
    const { workload: root, settled } = indexOf(all).rootOwnerOf(workload(of));
    return `${root.kind} ${root.name}${settled ? '' : ', not settled'}`;
  };

  it("of a Deployment's Pod is the Deployment", () => {
    expect(rootIn([web, set, pod], pod)).toBe('Deployment web');
  });

  it('of a Pod without an owner is the Pod', () => {
    expect(rootIn([], { kind: 'Pod', name: 'shell' })).toBe('Pod shell');
  });

  it('of a Pod whose owner is of a kind that is not watched is the Pod', () => {
    const owner = { kind: 'PaddleJob', name: 'x', apiVersion: 'example.org/v1' };
    expect(rootIn([], { kind: 'Pod', name: 'x-1', owner })).toBe('Pod x-1');
  });

  it('of a Pod whose owner is not in the index yet is not settled', () => {
    expect(rootIn([web, pod], pod)).toBe('Pod web-abc-1, not settled');
    expect(rootIn([set, pod], pod)).toBe('ReplicaSet web-abc, not settled');
  });

  it('of a Pod is settled as long as its owner is in the index', () => {
    const index = indexOf([web, set, pod]);
    index.apply('Deployment', { kind: 'removed', key: `${TOOL}/web` });
    const { workload: root, settled } = index.rootOwnerOf(workload(pod));
    expect([root.name, settled]).toEqual(['web-abc', false]);
  });

  it('of a Pod that names an owner in another namespace is not settled', () => {
    const forged = { ...pod, namespace: 'tool-other' };
    const { workload: root, settled } = indexOf([web, set]).rootOwnerOf({
      ...workload(forged),
      owner: workload(pod).owner,
    });
    expect([root.name, settled]).toEqual(['web-abc-1', false]);
  });

  it('is looked for in four steps, two more than in any chain of Kubernetes', () => {
    const chain = Array.from(
      { length: 7 },
      (_, i): TestObject => ({
        ...{ kind: 'ReplicaSet', name: `set-${i}` },
        ...(i < 6 && { owner: { kind: 'ReplicaSet', name: `set-${i + 1}` } }),
      }),
    );
    expect(chain.slice(0, 4).map((one) => rootIn(chain, one))).toEqual([
      'ReplicaSet set-4',
      'ReplicaSet set-5',
      'ReplicaSet set-6',
      'ReplicaSet set-6',
    ]);
  });

  it('of objects that own each other is one of them', () => {
    const one: TestObject = { kind: 'ReplicaSet', name: 'one', owner: { kind: 'ReplicaSet', name: 'two' } };
    const two: TestObject = { kind: 'ReplicaSet', name: 'two', owner: { kind: 'ReplicaSet', name: 'one' } };
    expect(rootIn([one, two], one)).toMatch(/^ReplicaSet/);
  });
});

/** A change of a cluster, which the watch reports unless it is missed, or a relist. */
type Step =
  | {
      readonly do: 'put' | 'remove';
      readonly kind: WorkloadKind;
      readonly name: string;
      readonly image: string;
      readonly missed: boolean;
    }
  | { readonly do: 'tool'; readonly name: string }
  | { readonly do: 'relist'; readonly kind: WorkloadKind };

const anyKind = fc.constantFrom<WorkloadKind>('Pod', 'Deployment', 'Job');
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom('put' as const, 'remove' as const),
    kind: anyKind,
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    image: fc.constantFrom('one', 'two', ''),
    missed: fc.boolean(),
  }),
  fc.record({ do: fc.constant('tool' as const), name: fc.constantFrom('tool-x', 'tool-y') }),
  fc.record({ do: fc.constant('relist' as const), kind: anyKind }),
);

it('an index equals what was reported to it after each change, and the cluster after a relist', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
      const index = indexOf([], []);
      const cluster = new Map<WorkloadKind, Map<string, Workload>>(kinds.map((kind) => [kind, new Map()]));
      /** The cluster without the changes that the index missed. */
      const reported = new Map<WorkloadKind, Map<string, Workload>>(kinds.map((kind) => [kind, new Map()]));
      const tools = new Set<string>();
      for (const [at, step] of steps.entries()) {
        if (step.do === 'tool') {
          const kind = tools.delete(step.name) ? 'removed' : 'put';
          if (kind === 'put') tools.add(step.name);
          index.applyTools({ kind, key: step.name, object: undefined });
        } else if (step.do === 'relist') {
          index.apply(step.kind, { kind: 'listed', objects: new Map(cluster.get(step.kind)) });
          reported.set(step.kind, new Map(cluster.get(step.kind)));
        } else {
          const namespace = at % 2 ? 'tool-x' : 'tool-y';
          const key = `${namespace}/${step.name}`;
          const spec = step.image === '' ? { containers: null } : {};
          const object = workload({ ...step, namespace, uid: `${at}`, spec }, index.imageSets);
          const change: CollectionChange<Workload> =
            step.do === 'put' ? { kind: 'put', key, object } : { kind: 'removed', key };
          for (const objects of step.missed ? [cluster] : [cluster, reported])
            if (step.do === 'put') objects.get(step.kind)?.set(key, object);
            else objects.get(step.kind)?.delete(key);
          if (!step.missed) index.apply(step.kind, change);
        }
        expectIndex(index, reported, tools);
      }
      for (const kind of kinds) index.apply(kind, { kind: 'listed', objects: new Map(cluster.get(kind)) });
      expectIndex(index, cluster, tools);
    }),
    { numRuns: 300 },
  );
});

/** Compares all that an index says with the objects that it should hold. */
function expectIndex(
  index: UsageIndex,
  held: ReadonlyMap<WorkloadKind, ReadonlyMap<string, Workload>>,
  tools: ReadonlySet<string>,
): void {
  const all = [...held.values()].flatMap((objects) => [...objects.values()]);
  const used = all.filter(({ namespace, images }) => tools.has(namespace) && images.length > 0);
  expect(usersIn(index)).toEqual(used.map(nameOf).sort());
  for (const { images, workloads } of index.used())
    for (const { kind, namespace, name } of workloads)
      expect(held.get(kind as WorkloadKind)?.get(`${namespace}/${name}`)?.images).toEqual(images);
  for (const [kind, objects] of held) expect(index.counts.get(kind)).toBe(objects.size);
  expect(index.counts.get('Namespace')).toBe(tools.size);
}

const nameOf = ({ kind, name }: Pick<Workload, 'kind' | 'name'>): string => `${kind} ${name}`;

const usersIn = (index: UsageIndex): string[] =>
  [...index.used()].flatMap(({ workloads }) => [...workloads].map(nameOf)).sort();
