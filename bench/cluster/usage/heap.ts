import type { WorkloadKind } from '../../../src/catalog/kubernetes-objects.ts';
import { workloadCollections } from '../../../src/cli/collections.ts';
import { Cluster } from '../../../src/cluster/cluster.ts';
import type { Collection } from '../../../src/cluster/collection.ts';
import { readWorkload } from '../../../src/usage/read-workload.ts';
import { UsageIndex } from '../../../src/usage/usage-index.ts';
import type { AttachedControlPlane } from '../../../test/control-plane/control-plane.ts';
import { mib, table } from '../../figures.mjs';

/** The heap that the index takes for each kind, measured in this process, which can force a garbage collection. Resolves to Markdown. */
export async function heapTable({ kubeconfig: file }: AttachedControlPlane): Promise<string> {
  const cluster = new Cluster({ file, env: {}, component: 'bench', version: '0' });
  try {
    // The first run compiles the code for the second.
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

/** A separate function, so that the list is garbage when it returns. */
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
  // One collection may leave garbage that only the next one finds.
  for (let round = 0; round < 3; round += 1) globalThis.gc();
  return process.memoryUsage().heapUsed;
}
