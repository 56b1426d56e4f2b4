import { expect } from 'vitest';
import { digestOf } from '../../../src/catalog/load.ts';
import type { AttachedControlPlane } from '../control-plane.ts';
import { type Api, apiOf } from '../manifests/api.ts';
import { startProxy, type Proxy as Wire } from '../program/proxy.ts';
import { type Installed, install } from '../support/installed.ts';
import { type PodStream, streamPods } from '../support/pod-stream.ts';
import { GOOD, KEY } from './catalogs.ts';

const TOOL = 'tool-faults';
const PODS = `/api/v1/namespaces/${TOOL}/pods`;
const CONFIG_MAPS = '/api/v1/namespaces/tf-public/configmaps';
const URL_39 = 'docker-registry.tools.wmflabs.org/toolforge-python39-sssd-web:latest';

/** Two replicas that guard a catalog, a wire between them and the API server, and people who create Pods. */
export interface World extends AsyncDisposable {
  readonly controlPlane: AttachedControlPlane;
  readonly api: Api;
  readonly installed: Installed;
  /** Between the replicas and the API server. */
  readonly wire: Wire;
  readonly stream: () => PodStream;
  /** Edits the stored catalog; gives the status of the answer. */
  readonly edit: (text: string, annotations?: Record<string, string>) => Promise<number>;
  /** Waits until both replicas serve this text, and gives how long that took, in milliseconds. */
  readonly served: (text: string) => Promise<number>;
  /** As it was in the beginning: two replicas, a good catalog, no Pods. */
  readonly restore: () => Promise<void>;
}

export async function startWorld(controlPlane: AttachedControlPlane): Promise<World> {
  const api = apiOf(controlPlane);
  let wire: Wire | undefined;
  const installed = await install(controlPlane, {
    replicas: 2,
    // A CA is followed by another in some 15 s instead of two minutes.
    settings: ['--ca-overlap-seconds', '5'],
    before: () => api.create(CONFIG_MAPS, { metadata: { name: 'image-config' }, data: { [KEY]: GOOD } }),
    wire: async (kubeconfig) => {
      wire = await startProxy(controlPlane.site.ports.apiServer, kubeconfig);
      return wire.kubeconfig;
    },
  });
  await api.createNamespace(TOOL, { tenancy: 'tool' });

  const edit: World['edit'] = async (text, annotations = {}) => {
    const { status } = await controlPlane.request(`${CONFIG_MAPS}/image-config`, {
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
    wire: wire as unknown as Wire,
    stream: () =>
      streamPods(controlPlane, { namespace: TOOL, shortName: 'tf-python39', url: URL_39, name: 'python3.9' }),
    edit,
    served,
    restore: async () => {
      while (installed.replicas.length < 2) await installed.startReplica();
      expect(await edit(GOOD)).toBe(200);
      await served(GOOD);
      await controlPlane.request(`${PODS}?gracePeriodSeconds=0`, { method: 'DELETE' });
    },
    [Symbol.asyncDispose]: async () => {
      await installed[Symbol.asyncDispose]();
      await controlPlane.kubectl(['delete', 'namespace', TOOL, '--timeout=60s']);
      await wire?.[Symbol.asyncDispose]();
    },
  };
}
