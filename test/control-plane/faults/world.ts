import { expect } from 'vitest';
import { digestOf } from '../../../src/catalog/load.ts';
import type { AttachedControlPlane } from '../control-plane.ts';
import { type Api, apiOf } from '../support/api.ts';
import { CATALOG, CONFIG_MAPS, configMap, GOOD, KEY } from '../support/catalog.ts';
import { type Installed, install } from '../support/installed.ts';
import { type PodStream, streamPods } from '../support/pod-stream.ts';
import { type ApiServerProxy, startProxy } from '../support/proxy.ts';
import { deletePods } from '../support/workloads.ts';

const TOOL = 'tool-faults';

/** Two replicas that guard a catalog, and a proxy between them and the API server. */
export interface World extends AsyncDisposable {
  readonly controlPlane: AttachedControlPlane;
  readonly api: Api;
  readonly installed: Installed;
  readonly proxy: ApiServerProxy;
  /** Starts to create Pods all the time. */
  readonly stream: () => PodStream;
  /** Edits the stored catalog; resolves to the HTTP status. */
  readonly edit: (text: string, annotations?: Record<string, string>) => Promise<number>;
  /** Waits until both replicas serve this text; resolves to the milliseconds that it took. */
  readonly served: (text: string) => Promise<number>;
  /** Back to two replicas, a good catalog, and no Pods. */
  readonly restore: () => Promise<void>;
}

export async function startWorld(controlPlane: AttachedControlPlane): Promise<World> {
  const api = apiOf(controlPlane);
  let proxy: ApiServerProxy | undefined;
  const installed = await install(controlPlane, {
    replicas: 2,
    // One CA follows another within some 15 s instead of two minutes.
    settings: ['--ca-overlap-seconds', '5'],
    before: () => api.create(CONFIG_MAPS, configMap(GOOD)),
    wire: async (kubeconfig) => {
      proxy = await startProxy(controlPlane.site.ports.apiServer, kubeconfig);
      return proxy.kubeconfig;
    },
  });
  await api.createNamespace(TOOL, { tenancy: 'tool' });

  const edit: World['edit'] = async (text, annotations = {}) => {
    const { status } = await controlPlane.request(CATALOG, {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: { metadata: { annotations }, data: { [KEY]: text } },
    });
    return status;
  };
  const served: World['served'] = async (text) => {
    const began = performance.now();
    for (const replica of installed.replicas)
      await expect
        .poll(() => replica.check('catalog'), { timeout: 60_000, interval: 50 })
        .toContain(digestOf(text));
    return performance.now() - began;
  };
  return {
    controlPlane,
    api,
    installed,
    proxy: proxy as unknown as ApiServerProxy,
    stream: () => streamPods(controlPlane, TOOL),
    edit,
    served,
    restore: async () => {
      while (installed.replicas.length < 2) await installed.startReplica();
      expect(await edit(GOOD)).toBe(200);
      await served(GOOD);
      await deletePods(controlPlane, TOOL);
    },
    [Symbol.asyncDispose]: async () => {
      await installed[Symbol.asyncDispose]();
      await controlPlane.kubectl(['delete', 'namespace', TOOL, '--timeout=60s']);
      await proxy?.[Symbol.asyncDispose]();
    },
  };
}
