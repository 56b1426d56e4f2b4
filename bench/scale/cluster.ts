import { ApiServer } from '../../test/support/api-server.ts';
import { kubeconfigFor } from '../../test/support/kubeconfig.ts';
import { temporaryDirectory } from '../../test/support/temporary.ts';
import type { Client } from '../cluster/api.ts';
import { CONFIG_MAP } from '../cluster/usage/catalog.ts';
import { populate, type Size } from '../cluster/usage/population.ts';

const ADMISSION = '/apis/admissionregistration.k8s.io/v1';

/** A stand-in for an API server, with the catalog of Toolforge and workloads of its tools. */
export interface SimulatedCluster extends AsyncDisposable {
  readonly kubeconfig: string;
  /** Average size of a Pod in JSON. */
  readonly podBytes: number;
  /** How long it took to make the objects. */
  readonly milliseconds: number;
  /** Changes this many Pods; the program gets an event for each. */
  readonly change: (pods: number) => void;
}

export async function simulatedCluster(size: Size): Promise<SimulatedCluster> {
  const api = await ApiServer.start();
  const directory = await temporaryDirectory();
  api.put('/api/v1/namespaces/tf-public/configmaps/image-config', CONFIG_MAP);
  for (const [kind, name] of [
    ['validatingwebhookconfigurations', 'image-config-admission'],
    ['mutatingwebhookconfigurations', 'zz-image-config-admission'],
  ])
    api.put(`${ADMISSION}/${kind}/${name}`, { webhooks: [] });

  const pods: [path: string, fields: Record<string, unknown>][] = [];
  const client: Client = {
    send: async (_method, collection, body) => {
      const path = `${collection}/${body.metadata.name}`;
      if (collection.endsWith('/pods')) pods.push([path, body]);
      return { status: 201, body: JSON.stringify(api.put(path, body)), milliseconds: 0 };
    },
    [Symbol.dispose]: () => {},
  };
  const { podBytes, milliseconds } = await populate(client, size);
  // A watch of the program continues from the list that it gets, as the events before it are gone in a real API server, too.
  api.compact();

  let changed = 0;
  return {
    kubeconfig: await kubeconfigFor(api, directory.path),
    podBytes,
    milliseconds,
    change(count) {
      for (let change = 0; change < count; change += 1) {
        const [path, fields] = pods[(changed * 37) % pods.length] ?? [];
        changed += 1;
        if (path !== undefined) api.put(path, { ...fields, status: { phase: 'Running', restarts: changed } });
      }
    },
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}
