import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Handler } from '../../../src/admission/answer.ts';
import { denied, type Verdict } from '../../../src/admission/verdict.ts';
import type { Json } from '../../support/reviews.ts';
import { attachControlPlane } from '../control-plane.ts';
import { apiOf, until } from '../support/api.ts';
import { CATALOG, CONFIG_MAPS, configMap, GOOD, KEY, URL_39, URL_311 } from '../support/catalog.ts';
import { cleanUp, type Installed, install, untilCalled } from '../support/installed.ts';
import { configureWebhook } from '../support/recording-webhook.ts';
import { deletePods } from '../support/workloads.ts';

/*
 * The cases of Kubernetes' own end-to-end suite for webhooks (test/e2e/apimachinery/webhook.go) that apply to the program as it is
 * shipped. Custom resources, attaching to Pods and listing configurations do not apply.
 */

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
const TOOL = 'tool-suite';
const PODS = `/api/v1/namespaces/${TOOL}/pods`;
const DRY_RUN = `${PODS}?dryRun=All`;
const CONFIGURATIONS = '/apis/admissionregistration.k8s.io/v1';
const VALIDATING = `${CONFIGURATIONS}/validatingwebhookconfigurations`;
const MUTATING = `${CONFIGURATIONS}/mutatingwebhookconfigurations`;
const OURS = `${MUTATING}/zz-image-config-admission`;
const BAD = 'python3.11: {}\n';

let installed: Installed;

beforeAll(async () => {
  installed = await install(controlPlane);
  await api.create(CONFIG_MAPS, configMap(GOOD));
  await api.createNamespace(TOOL, { tenancy: 'tool' });
  await untilResolved();
});

afterEach(() => deletePods(controlPlane, TOOL));
afterAll(() => cleanUp(controlPlane, installed, TOOL));

const podOf = (image: string): Json => ({
  metadata: { generateName: 'pod-' },
  spec: { automountServiceAccountToken: false, containers: [{ name: 'job', image }] },
});
const imagesOf = ({ spec }: Json): Json =>
  Object.fromEntries(
    [...(spec.initContainers ?? []), ...spec.containers].map(({ name, image }: Json) => [name, image]),
  );
const call = (method: string, path: string, body?: Json) =>
  controlPlane.request(path, {
    method,
    body,
    ...(method === 'PATCH' && { contentType: 'application/merge-patch+json' }),
  });
const untilResolved = (image = URL_39): Promise<void> =>
  until(async () => {
    const { status, body } = await call('POST', DRY_RUN, podOf('tf-python39'));
    return status === 201 && imagesOf(JSON.parse(body)).job === image;
  }, `a Pod to get ${image}`);

/** An answer, and the seconds that it took. */
async function timed<T>(action: Promise<T>): Promise<{ answer: T; seconds: number }> {
  const began = performance.now();
  const answer = await action;
  return { answer, seconds: (performance.now() - began) / 1_000 };
}

describe('a webhook that denies', () => {
  it.each([
    ['POST', CONFIG_MAPS, { metadata: { name: 'image-config' }, data: { [KEY]: BAD } }],
    ['PUT', CATALOG, { metadata: { name: 'image-config' }, data: { [KEY]: BAD } }],
    ['PATCH', CATALOG, { data: { [KEY]: BAD } }],
    ['DELETE', CATALOG, undefined],
    ['DELETE', CONFIG_MAPS, undefined],
    ['PATCH', `${CATALOG}?dryRun=All`, { data: { [KEY]: BAD } }],
  ])('denies %s %s with its message and code', async (method, path, body) => {
    const { status, body: answer } = await call(method, path, body);
    expect(status, answer).toBe(422);
    expect(JSON.parse(answer).message).toMatch(
      /^admission webhook "catalog\.image-config\.toolforge\.org" denied the request: /,
    );
    expect((await api.get(CATALOG)).data[KEY]).toBe(GOOD);
  });

  it('is not called for another ConfigMap of its namespace (matchConditions)', async () => {
    await api.create(CONFIG_MAPS, { metadata: { name: 'skip-me' }, data: { [KEY]: BAD } });
    await api.merge(`${CONFIG_MAPS}/skip-me`, { data: { [KEY]: null } });
    await api.remove(`${CONFIG_MAPS}/skip-me`);
  });
});

describe('a webhook that mutates', () => {
  it('mutates a new Pod before its defaults are set', async () => {
    const pod = await api.create(PODS, podOf('tf-python39'));
    expect(imagesOf(pod)).toEqual({ job: URL_39 });
    expect(pod.spec.containers[0].imagePullPolicy).toBe('Always');
  });

  it('mutates a PUT and a PATCH', async () => {
    const pod = await api.create(PODS, podOf(URL_39));
    const path = `${PODS}/${pod.metadata.name}`;
    pod.spec.containers[0].image = 'python3.11';
    const { status, body } = await call('PUT', path, pod);
    expect(status, body).toBe(200);
    expect(imagesOf(JSON.parse(body))).toEqual({ job: URL_311 });
    const change = { spec: { containers: [{ name: 'job', image: 'tf-python39' }] } };
    expect(imagesOf(await api.strategicMerge(path, change))).toEqual({ job: URL_39 });
  });

  it('mutates a dry run, which leaves nothing behind', async () => {
    expect(imagesOf(await api.create(DRY_RUN, podOf('tf-python39')))).toEqual({ job: URL_39 });
    expect((await api.get(PODS)).items).toEqual([]);
  });

  it('follows changes of its rules', async () => {
    const { webhooks } = await api.get(OURS);
    const without = webhooks.map((webhook: Json) => ({
      ...webhook,
      rules: webhook.rules.map((rule: Json) => ({ ...rule, operations: ['UPDATE'] })),
    }));
    await api.merge(OURS, { webhooks: without });
    await untilResolved('tf-python39');
    await api.merge(OURS, { webhooks });
    await untilResolved();
  });
});

describe('a webhook that does not answer in time', () => {
  beforeAll(() => {
    for (const replica of installed.replicas) replica.kill('SIGSTOP');
  });
  afterAll(async () => {
    for (const replica of installed.replicas) replica.kill('SIGCONT');
    await untilResolved();
    await untilCalled(controlPlane);
  });

  it('times out after 3 s, and a Pod with a URL is created', async () => {
    const { answer, seconds } = await timed(api.create(PODS, podOf(URL_39)));
    expect(imagesOf(answer)).toEqual({ job: URL_39 });
    expect(seconds).toBeGreaterThan(2.5);
    expect(seconds).toBeLessThan(4.5);
  });

  it('times out after 3 s twice, and a Pod with a short name is refused after 6 s', async () => {
    const { answer, seconds } = await timed(api.refused(PODS, podOf('tf-python39')));
    expect(answer).toMatch(
      /failed calling webhook "short-names\.image-config\.toolforge\.org": .*(context deadline exceeded|Client\.Timeout)/,
    );
    expect(seconds).toBeGreaterThan(5.5);
    expect(seconds).toBeLessThan(7.5);
  });

  it('times out after 5 s for an edit of the catalog, which is refused', async () => {
    const { answer, seconds } = await timed(call('PATCH', CATALOG, { data: { [KEY]: `${GOOD}\n` } }));
    expect(answer).toMatchObject({ status: 500, body: expect.stringContaining('deadline exceeded') });
    expect(seconds).toBeGreaterThan(4.5);
    expect(seconds).toBeLessThan(6.5);
    expect((await api.get(CATALOG)).data[KEY]).toBe(GOOD);
  });
});

describe('a webhook without a running replica', () => {
  beforeAll(() => installed.killAll());
  afterAll(async () => {
    await installed.startReplica();
    await untilResolved();
  });

  it.each([
    ['fails open', URL_39, 201],
    ['fails closed', 'tf-python39', 500],
  ])('%s for %s, by its failure policy', async (_, image, expected) => {
    const { status, body } = await call('POST', PODS, podOf(image));
    expect(status, body).toBe(expected);
  });

  it('fails open for short names, too, with `failurePolicy: Ignore`', async () => {
    const { webhooks } = await api.get(OURS);
    await api.merge(OURS, {
      webhooks: webhooks.map((webhook: Json) => ({ ...webhook, failurePolicy: 'Ignore' })),
    });
    await untilResolved('tf-python39');
    await api.merge(OURS, { webhooks });
    await until(async () => (await call('POST', DRY_RUN, podOf('x'))).status === 500, 'the old policy');
  });
});

describe('webhook configurations', () => {
  it('are not subject to webhooks: they can always be changed and deleted', async () => {
    const pods = { apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] };
    const all = {
      apiGroups: ['admissionregistration.k8s.io'],
      apiVersions: ['*'],
      resources: ['*'],
      operations: ['*'],
    };
    const denying = await configureWebhook(controlPlane, {
      path: VALIDATING,
      name: 'denies-all',
      webhook: { rules: [all, pods], namespaceSelector: { matchLabels: { tenancy: 'tool' } } },
      handler: () => denied([{ field: 'spec', text: 'nothing goes' }]),
      probe: () => call('POST', DRY_RUN, podOf(URL_39)),
    });
    try {
      await api.create(VALIDATING, { metadata: { name: 'a-dummy' } });
      await api.merge(`${VALIDATING}/a-dummy`, { metadata: { labels: { a: 'b' } } });
      await api.remove(`${VALIDATING}/a-dummy`);
      // The program goes on writing the caBundles.
      const before = await api.get(OURS);
      await api.merge(OURS, {
        webhooks: before.webhooks.map(({ clientConfig, ...webhook }: Json) => ({
          ...webhook,
          clientConfig: { url: clientConfig.url },
        })),
      });
      await until(
        async () =>
          (await api.get(OURS)).webhooks.every(
            ({ clientConfig }: Json) => clientConfig.caBundle !== undefined,
          ),
        'the caBundles',
      );
    } finally {
      await denying[Symbol.asyncDispose]();
    }
    await untilResolved();
  });
});

describe('a second mutating webhook', () => {
  const webhook = {
    rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
    namespaceSelector: { matchLabels: { tenancy: 'tool' } },
  };
  const patch =
    (path: string, value: Json): Handler =>
    (): Verdict => ({ kind: 'patched', operations: [{ op: 'add', path, value }], warnings: [] });
  const sidecar = patch('/spec/initContainers', [{ name: 'sidecar', image: 'python3.11' }]);
  const create = async (name: string, handler: Handler, image: string, more: Json = {}): Promise<Json> => {
    await using _ = await configureWebhook(controlPlane, {
      path: MUTATING,
      name,
      webhook: { ...webhook, ...more },
      handler,
      probe: () => call('POST', DRY_RUN, podOf(URL_39)),
    });
    return await api.create(PODS, podOf(image));
  };

  it('before ours injects a sidecar with a short name, which is resolved', async () => {
    for (const image of [URL_39, 'tf-python39'])
      expect(imagesOf(await create('aa-other', sidecar, image))).toEqual({ sidecar: URL_311, job: URL_39 });
  });

  it('behind ours injects a sidecar into a Pod with a short name: ours is called again, and resolves it', async () => {
    expect(imagesOf(await create('zzz-other', sidecar, 'tf-python39'))).toEqual({
      sidecar: URL_311,
      job: URL_39,
    });
  });

  // Kubernetes only repeats calls of the first round, and our first webhook gets every new Pod in that round.
  it('behind ours injects a sidecar into a Pod without a short name: it is resolved as well', async () => {
    expect(imagesOf(await create('zzz-other', sidecar, URL_39))).toEqual({ sidecar: URL_311, job: URL_39 });
  });

  it('behind ours replaces the URL of an image: the annotations are those of the new image', async () => {
    const pod = await create('zzz-other', patch('/spec/containers/0/image', URL_311), URL_39);
    expect(imagesOf(pod)).toEqual({ job: URL_311 });
    expect(pod.metadata.annotations).toEqual({ 'name.image-config.toolforge.org/job': 'python3.11' });
  });

  it('behind ours replaces the image of a short name: the annotations are those of the new image', async () => {
    const pod = await create('zzz-other', patch('/spec/containers/0/image', URL_311), 'tf-python39');
    expect(imagesOf(pod)).toEqual({ job: URL_311 });
    expect(pod.metadata.annotations).toEqual({ 'name.image-config.toolforge.org/job': 'python3.11' });
  });

  it('that is reinvoked, too, leads to no endless loop', async () => {
    const pod = await create('zzz-other', sidecar, 'tf-python39', { reinvocationPolicy: 'IfNeeded' });
    expect(pod.spec.containers[0].image).toBe(URL_39);
  });
});
