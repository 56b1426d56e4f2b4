import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { digestOf } from '../../../src/catalog/load.ts';
import { pathOf } from '../../manifests/manifests.ts';
import { attachControlPlane } from '../control-plane.ts';
import { apiOf, until } from '../support/api.ts';
import { BAD, CATALOG, CONFIG_MAPS, configMap, GOOD, KEY, URL_39 } from '../support/catalog.ts';
import { succeeds } from '../support/commands.ts';
import { type HelmRelease, helmRelease } from '../support/helm-release.ts';
import { BUILT_MAIN, type Program } from '../support/program.ts';
import { createTool, type Tool } from '../support/workloads.ts';

/*
 * The chart with enforce: false. The tests run in this order, and the last ones without any replica.
 */

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
const apply = (text: string) =>
  controlPlane.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], {
    stdin: JSON.stringify(configMap(text)),
  });

let release: HelmRelease;
let replica: Program;
let tool: Tool;

beforeAll(async () => {
  await api.createNamespace('tf-public');
  await api.create(CONFIG_MAPS, configMap(GOOD));
  release = await helmRelease(controlPlane);
  await release.install(pathOf('manifests/chart'), { enforce: false, image: { tag: 'test' } });
  replica = await release.startReplica(BUILT_MAIN);
  tool = await createTool(api, 'observed');
  const isResolved = async (): Promise<boolean> => {
    const { body } = await controlPlane.request(`/api/v1/namespaces/${tool.namespace}/pods?dryRun=All`, {
      method: 'POST',
      body: { metadata: { name: 'probe' }, spec: { containers: [{ name: 'main', image: 'tf-python39' }] } },
    });
    return body.includes(URL_39);
  };
  await until(isResolved, 'the API server to call the webhooks');
});

afterAll(async () => {
  await release?.[Symbol.asyncDispose]();
  await controlPlane.kubectl(['delete', 'namespace', 'tool-observed', 'tf-public', '--ignore-not-found']);
});

const wouldDeny = (code: string) => replica.series(`would_deny_total{code="${code}"}`);

describe('in observe mode', () => {
  it('a bad edit is stored, and the client prints what would be denied', async () => {
    const { code, stderr } = await apply(BAD);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain('Warning: would be denied: ');
    expect(stderr).toContain('duplicate-url');
    expect((await api.get(CATALOG)).data[KEY]).toBe(BAD);
    await expect.poll(() => wouldDeny('duplicate-url')).toBeGreaterThan(0);
  });

  it('short names are resolved by the last good catalog', async () => {
    const pod = await tool.pod('resolved', 'tf-python39');
    expect(pod.spec.containers[0].image).toBe(URL_39);
  });

  it('the audit log has the uid of the line in our log, and the digest of the catalog that answered', async () => {
    const webhook = 'images.image-config.toolforge.org';
    const [event] = controlPlane
      .auditedCalls()
      // Other tests have created Pods of this name in the same API server.
      .filter(
        ({ verb, objectRef }) =>
          verb === 'create' && objectRef?.name === 'resolved' && objectRef.namespace === tool.namespace,
      );
    expect(event?.annotations).toMatchObject({ [`${webhook}/catalog`]: digestOf(GOOD) });
    const uid = event?.annotations[`${webhook}/uid`];
    const lines = () =>
      replica.logged('review answered').filter(({ review }) => (review as { uid: string }).uid === uid);
    await expect.poll(lines).toMatchObject([{ verdict: 'patched', review: { namespace: tool.namespace } }]);
  });

  it('the ConfigMap can be deleted, and the audit log has the code of the denial', async () => {
    const from = controlPlane.auditedCalls().length;
    await api.remove(CATALOG);
    const [event] = controlPlane
      .auditedCalls(from)
      .filter(({ verb, objectRef }) => verb === 'delete' && objectRef.name === 'image-config');
    expect(event?.annotations).toMatchObject({
      'catalog.image-config.toolforge.org/codes': 'config-map-deleted',
    });
    // The text of a scrape is a second old at most.
    await expect.poll(() => wouldDeny('config-map-deleted')).toBe(1);
  });

  describe('with all replicas killed', () => {
    beforeAll(async () => {
      replica.kill('SIGKILL');
      await replica.exited;
    });

    it.each([
      ['a bad catalog is created', () => apply(BAD)],
      ['a catalog is changed', () => apply(GOOD)],
      [
        'the ConfigMap is deleted',
        () => controlPlane.kubectl(['delete', 'configmap', 'image-config', '-n', 'tf-public']),
      ],
      [
        'a Pod with a short name is created',
        () => controlPlane.kubectl(['run', 'short', '--image=tf-python39', '-n', tool.namespace]),
      ],
      [
        'its image is changed to another short name',
        () => controlPlane.kubectl(['set', 'image', 'pod/short', 'short=node12', '-n', tool.namespace]),
      ],
      [
        'a Deployment is created',
        () => controlPlane.kubectl(['create', 'deployment', 'web', '--image=node12', '-n', tool.namespace]),
      ],
    ])('%s', async (_, command) => {
      await succeeds(command());
    });
  });
});
