import type { WorkloadKind } from '../../../src/catalog/kubernetes-objects.ts';
import { workloadCollections } from '../../../src/cli/collections.ts';
import { Cluster } from '../../../src/cluster/cluster.ts';
import type { Collection } from '../../../src/cluster/collection.ts';
import { readWorkload } from '../../../src/usage/read-workload.ts';
import { UsageIndex } from '../../../src/usage/usage-index.ts';
import type { AttachedControlPlane } from '../../../test/control-plane/control-plane.ts';
import { mib, table } from '../../figures.mjs';

/** What the index holds of each kind, in this process, where garbage can be collected at will. Gives Markdown. */
export async function heapTable({ kubeconfig: file }: AttachedControlPlane): Promise<string> {
  const cluster = new Cluster({ file, env: {}, component: 'bench', version: '0' });
  try {
    // The first time compiles what the second one runs.
    await held(cluster);
    const rows = await held(cluster);
    const kinds = rows.filter(({ objects }) => objects > 0);
    return table([
      ['held on the heap', 'objects', 'in all', 'for each'],
      ...kinds.map(({ kind, objects, bytes }) => [
        kind,
        String(objects),
        mib(bytes),
        `${(bytes / objects).toFixed(0)} bytes`,
      ]),
    ]);
  } finally {
    await cluster.close();
  }
}

async function held(cluster: Cluster) {
  const index = new UsageIndex();
  const rows: { readonly kind: string; readonly objects: number; readonly bytes: number }[] = [];
  for (const [kind, collection] of workloadCollections()) {
    const before = heap();
    await take(cluster, collection, kind, index);
    rows.push({ kind, objects: index.counts.get(kind) ?? 0, bytes: heap() - before });
  }
  return rows;
}

/** On its own, since what is listed is held until it returns. */
async function take(
  cluster: Cluster,
  collection: Collection,
  kind: WorkloadKind,
  index: UsageIndex,
): Promise<void> {
  const keep = (object: object) => readWorkload(kind, object, index.imageSets);
  index.apply(kind, { kind: 'listed', objects: await cluster.list(collection, { keep, onPage: () => {} }) });
}

/** Bytes in use. */
function heap(): number {
  if (!globalThis.gc) throw new Error('node has to be started with --expose-gc');
  // What one finds dead may have held on to more.
  for (let round = 0; round < 3; round += 1) globalThis.gc();
  return process.memoryUsage().heapUsed;
}
