import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pathOf } from '../../manifests/manifests.ts';
import type { Json } from '../../support/reviews.ts';
import { type ControlPlane, startControlPlane } from '../control-plane.ts';
import { type Api, apiOf, until } from '../support/api.ts';
import { URL_39 } from '../support/catalog.ts';
import { isRefused, kubeconfigOf, succeeds } from '../support/commands.ts';
import { OURS } from '../support/installed.ts';
import { streamPods } from '../support/pod-stream.ts';
import { type Kubelet, startKubelet } from './kubelet.ts';

/*
 * The manifests as they are shipped, by the commands of manifests/README.md. The API server finds the replicas through the Service and
 * its EndpointSlices, and verifies them by the name of the Service. Only scheduler and kubelet are simulated.
 */

const TOOL = 'tool-network';
const INSTALL = pathOf('manifests/install.yaml');
const fixture = (name: string): string => pathOf(`test/fixtures/${name}`);

let controlPlane: ControlPlane;
let api: Api;
let kubelet: Kubelet;

beforeAll(async () => {
  controlPlane = await startControlPlane({ aggregatorRouting: true });
  api = apiOf(controlPlane);
  await api.createNamespace('tf-public');
  await api.createNamespace(TOOL, { tenancy: 'tool' });
  kubelet = await startKubelet(controlPlane, {
    namespace: OURS,
    kubeconfig: () => kubeconfigOf(controlPlane, OURS, OURS),
  });
});

afterAll(async () => {
  await kubelet?.[Symbol.asyncDispose]();
  await controlPlane?.stop();
});

const kubectl = (line: string) => controlPlane.kubectl(line.split(' '));
const helm = (line: string) => controlPlane.helm(line.split(' '));
const rolledOut = `-n ${OURS} rollout status deployment/${OURS} --timeout=90s`;

interface Way {
  readonly install: () => Promise<unknown>;
  readonly replaceAll: () => Promise<unknown>;
  readonly uninstall: () => Promise<unknown>;
}

const release = `${OURS} ${pathOf('manifests/chart')} --namespace ${OURS}`;
const image = `--set image.name=registry.example.org/${OURS} --set-string image.tag=1`;

const ways: Record<string, Way> = {
  helm: {
    install: () => succeeds(helm(`install ${release} --create-namespace ${image} --wait --timeout 90s`)),
    replaceAll: () =>
      succeeds(helm(`upgrade ${release} ${image} --set settings.log-level=debug --wait --timeout 90s`)),
    uninstall: async () => {
      await succeeds(helm(`uninstall ${OURS} --namespace ${OURS}`));
      await succeeds(kubectl(`delete namespace ${OURS} --timeout=90s`));
    },
  },
  kubectl: {
    install: async () => {
      await succeeds(kubectl(`apply -f ${INSTALL}`));
      await succeeds(kubectl(rolledOut));
    },
    replaceAll: async () => {
      await succeeds(kubectl(`-n ${OURS} rollout restart deployment/${OURS}`));
      await succeeds(kubectl(rolledOut));
    },
    uninstall: async () => {
      await succeeds(
        kubectl(`delete validatingwebhookconfiguration/${OURS} mutatingwebhookconfiguration/zz-${OURS}`),
      );
      await succeeds(kubectl(`delete --ignore-not-found -f ${INSTALL} --timeout=90s`));
    },
  },
};

describe.each(Object.entries(ways))('the program, by %s,', (name, way) => {
  it('is installed, and two replicas are ready', async () => {
    await way.install();
    const slices = await api.get(`/apis/discovery.k8s.io/v1/namespaces/${OURS}/endpointslices`);
    const [{ endpoints, ports }] = slices.items;
    expect(endpoints.map(({ conditions }: Json) => conditions.ready)).toEqual([true, true]);
    expect(ports).toMatchObject([{ name: 'webhooks', port: 8443 }]);
  });

  it('refuses a bad catalog and accepts a good one', async () => {
    const create = 'create configmap image-config -n tf-public --from-file=images-v1.yaml=';
    const bad = `${create}${fixture('catalogs/bad/image-tag.yaml')}`;
    await until(
      async () => (await kubectl(`${bad} --dry-run=server`)).stderr.includes('image-tag'),
      'the Service to be called',
    );
    expect(await isRefused(kubectl(bad))).toContain('error image-tag');
    await succeeds(kubectl(`${create}${fixture('image-config/images-v1.2026.yaml')}`));
    expect(await isRefused(kubectl('delete configmap --all -n tf-public'))).toContain('config-map-deleted');
  });

  it('resolves a short name', async () => {
    const run = `-n ${TOOL} run probe --image=tf-python39 --dry-run=server -o jsonpath={.spec.containers[0].image}`;
    await until(async () => (await kubectl(run)).stdout === URL_39, 'the catalog to be served');
  });

  it('loses no Pod of a steady stream while all replicas are replaced', async () => {
    const before = [...kubelet.running.keys()];
    const stream = streamPods(controlPlane, TOOL);
    await stream.flows(100);
    await way.replaceAll();
    const pods = async (): Promise<Json[]> => (await api.get(`/api/v1/namespaces/${OURS}/pods`)).items;
    await until(async () => (await pods()).length === 2, 'the old Pods to end');
    const { created, losses } = await stream.stop();
    console.log(`all replicas replaced by ${name}: ${created} Pods created, ${losses.length} lost`);
    expect(losses).toEqual([]);
    expect(created).toBeGreaterThan(500);
    expect(kubelet.running.size).toBe(2);
    for (const old of before) expect(kubelet.running.has(old)).toBe(false);
  });

  it('is uninstalled, and leaves nothing behind that blocks requests', async () => {
    await way.uninstall();
    await until(
      async () => (await kubectl('delete configmap image-config -n tf-public --ignore-not-found')).code === 0,
      'the API server to call no webhook',
    );
    const run = `-n ${TOOL} run probe --image=tf-python39 --dry-run=server -o jsonpath={.spec.containers[0].image}`;
    await until(async () => (await kubectl(run)).stdout === 'tf-python39', 'Pods to keep their images');
    expect((await kubectl(`get namespace ${OURS}`)).code).toBe(1);
  });
});
