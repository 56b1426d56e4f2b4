import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { allowed, type Verdict } from '../../src/admission/verdict.ts';
import { findHelm, manifest, only, renderChart } from '../manifests/manifests.ts';
import { realLookup } from '../support/catalog.ts';
import { warnOn } from '../support/removal.ts';
import type { Json } from '../support/reviews.ts';
import { mutatePod } from '../support/webhooks.ts';
import { attachControlPlane } from './control-plane.ts';
import { apiOf, uncoveredNamespaces, until } from './support/api.ts';
import { CONFIG_MAPS, URL_39, URL_311 } from './support/catalog.ts';
import {
  type Call,
  configureWebhook,
  type RecordingWebhook,
  startRecordingWebhook,
} from './support/recording-webhook.ts';
import { imagesOf, ourAnnotations } from './support/workloads.ts';

/*
 * Which webhooks the API server calls for which request, by the shipped configurations, with a recording server in place of the
 * Service. The real handler answers for Pods, so the calls that follow from its patches count, too.
 */

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
const helm = findHelm();
const TOOL = 'tool-conditions';
const namespaces = [TOOL, 'tool-large', 'not-a-tool', 'image-config-admission'];
const PODS = `/api/v1/namespaces/${TOOL}/pods`;

let webhook: RecordingWebhook;

beforeAll(async () => {
  const lookup = realLookup(2026);
  const handlePod = (request: Parameters<typeof mutatePod>[0]) =>
    mutatePod(request, lookup, warnOn('2026-10-28'));
  webhook = await startRecordingWebhook({
    images: handlePod,
    changes: handlePod,
    'short-names': handlePod,
    catalog: () => allowed(),
    workloads: () => allowed(),
  });
  await api.createNamespace(TOOL, { tenancy: 'tool' });
  await api.create('/api/v1/namespaces', { metadata: { name: 'tf-public' } });
  const objects = manifest('install.yaml');
  for (const kind of ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'])
    await api.create(collectionOf(kind), webhook.redirect(only(objects, kind)));
  await until(async () => {
    await api.create(`${PODS}?dryRun=All`, podOf({ job: 'nginx' }));
    await api.create(`${CONFIG_MAPS}?dryRun=All`, catalog());
    return new Set(webhook.calls.map((call) => call.webhook)).size === 3;
  }, 'the API server to call the webhooks of Pods and of the catalog');
});

afterAll(async () => {
  await api.remove(`${collectionOf('ValidatingWebhookConfiguration')}/image-config-admission`);
  await api.remove(`${collectionOf('MutatingWebhookConfiguration')}/zz-image-config-admission`);
  await webhook.close();
  await controlPlane.kubectl(['delete', 'namespace', '--ignore-not-found', ...namespaces, 'tf-public']);
});

describe('for a new Pod, the API server', () => {
  it.each([
    ['a name', 'python3.11'],
    ['a name with the tag latest', 'python3.11:latest'],
    ['an alias', 'toolforge-python311'],
  ])('calls only the webhook `images`, once, when the image is %s', async (_, image) => {
    const { answer, calls } = await during(() => api.create(PODS, podOf({ job: image })));
    expect(calls).toEqual([expect.objectContaining({ webhook: 'images', operation: 'CREATE' })]);
    expect(imagesOf(answer)).toEqual({ job: URL_311 });
    expect(answer.metadata.annotations).toMatchObject({ 'requested.image-config.toolforge.org/job': image });
  });

  it('calls only `images`, once, when only an init container has a short name', async () => {
    const pod = podOf({ job: URL_311 });
    pod.spec.initContainers = [{ name: 'first', image: 'tf-python39' }];
    const { answer, calls } = await during(() => api.create(PODS, pod));
    expect(webhooksOf(calls)).toEqual(['images']);
    expect(answer.spec.initContainers[0].image).toBe(URL_39);
  });

  it('calls `images` and `short-names` for an unlisted short name, which stays as it is', async () => {
    const { answer, calls } = await during(() => api.create(PODS, podOf({ job: 'nginx' })));
    expect(webhooksOf(calls)).toEqual(['images', 'short-names']);
    expect(imagesOf(answer)).toEqual({ job: 'nginx' });
  });

  it('calls both webhooks for an unlisted short name beside a listed one, and the second call changes nothing', async () => {
    const { answer, calls } = await during(() =>
      api.create(PODS, podOf({ job: 'python3.11', web: 'nginx' })),
    );
    expect(webhooksOf(calls)).toEqual(['images', 'short-names']);
    expect(imagesOf(answer)).toEqual({ job: URL_311, web: 'nginx' });
    expect(ourAnnotations(answer)).toEqual({
      'requested.image-config.toolforge.org/job': 'python3.11',
      'name.image-config.toolforge.org/job': 'python3.11',
    });
  });

  it('calls `short-names` for a short name when the connection to `images` breaks', async () => {
    webhook.breakOff('images');
    const { answer, calls } = await during(() => api.create(PODS, podOf({ job: 'python3.11' })));
    // The API server invokes the first webhook again, since the Pod has changed.
    expect(webhooksOf(calls)).toEqual(['images', 'short-names', 'images']);
    expect(imagesOf(answer)).toEqual({ job: URL_311 });
    expect(ourAnnotations(answer)).toEqual({
      'requested.image-config.toolforge.org/job': 'python3.11',
      'name.image-config.toolforge.org/job': 'python3.11',
    });
  });

  it('refuses a short name when the connections to both webhooks break', async () => {
    webhook.breakOff('images');
    webhook.breakOff('short-names');
    const { answer, calls } = await during(() => api.refused(PODS, podOf({ job: 'python3.11' })));
    expect(webhooksOf(calls)).toEqual(['images', 'short-names']);
    expect(answer).toContain('failed calling webhook "short-names.image-config.toolforge.org"');
  });

  it('creates a Pod with a URL, without annotations, when the connection to `images` breaks', async () => {
    webhook.breakOff('images');
    const { answer, calls } = await during(() => api.create(PODS, podOf({ job: URL_311 })));
    expect(webhooksOf(calls)).toEqual(['images']);
    expect(ourAnnotations(answer)).toEqual({});
  });

  it.each([
    ['a URL', URL_311],
    ['a tag', 'python3.11:v1'],
    ['a digest', `python3.11@sha256:${'0'.repeat(64)}`],
    ['a foreign image', 'quay.io/podman/hello:latest'],
  ])('calls only `images`, once, for an image that is no short name: %s', async (_, image) => {
    const { answer, calls } = await during(() => api.create(PODS, podOf({ job: image })));
    expect(webhooksOf(calls)).toEqual(['images']);
    expect(imagesOf(answer)).toEqual({ job: image });
  });

  it('marks the review of a dry run as one', async () => {
    const { calls } = await during(() => api.create(`${PODS}?dryRun=All`, podOf({ job: 'python3.11' })));
    expect(calls).toEqual([expect.objectContaining({ webhook: 'images', dryRun: true })]);
  });

  it.each([
    ['a Pod without a list of containers', {}, 'spec.containers: Required value'],
    ['a Pod whose list of containers is null', { containers: null }, 'spec.containers: Required value'],
    ['a Pod with an empty list of containers', { containers: [] }, 'spec.containers: Required value'],
    ['a container without an image', { containers: [{ name: 'job' }] }, 'image: Required value'],
    ['a container without a name', { containers: [{ image: 'python3.11' }] }, 'name: Required value'],
  ])('refuses %s itself, not by a match condition', async (_, spec, message) => {
    expect(await api.refused(PODS, { metadata: { generateName: 'odd-' }, spec })).toContain(message);
  });

  it.each(['python3.11', URL_311])(
    'calls `images` once for a mirror Pod, and gets it back unchanged: %s',
    async (image) => {
      const pod = podOf(
        { job: image },
        { annotations: { 'kubernetes.io/config.mirror': '0123456789abcdef' } },
      );
      pod.spec.nodeName = 'a-node';
      const { answer, calls } = await during(() => api.create(PODS, pod));
      expect(webhooksOf(calls)).toEqual(['images']);
      expect(imagesOf(answer)).toEqual({ job: image });
      expect(ourAnnotations(answer)).toEqual({});
    },
  );
});

describe('for a new Pod beside another mutating webhook, the API server', () => {
  const patch = (path: string, value: Json): Verdict => ({
    kind: 'patched',
    operations: [{ op: 'add', path, value }],
    warnings: [],
  });

  /** Creates a Pod while a configuration of this name answers the reviews of all Pods of tools with the verdict. */
  const createBeside = async (
    other: { name: string; reinvocationPolicy?: 'IfNeeded' | 'Never' },
    verdict: Verdict,
    pod: Json,
  ) => {
    const { name, reinvocationPolicy = 'Never' } = other;
    const [ours] = only(manifest('install.yaml'), 'MutatingWebhookConfiguration').webhooks;
    await using _ = await configureWebhook(controlPlane, {
      path: collectionOf('MutatingWebhookConfiguration'),
      name,
      webhook: { ...ours, name: 'other.example.org', reinvocationPolicy },
      handler: () => verdict,
      probe: () => api.create(`${PODS}?dryRun=All`, podOf({ job: URL_311 })),
    });
    return await during(() => api.create(PODS, pod));
  };

  const shortName = patch('/spec/initContainers', [{ name: 'first', image: 'tf-python39' }]);

  it('calls `images` once after another webhook added a short name, and the name is resolved', async () => {
    const { answer, calls } = await createBeside({ name: 'aa-other' }, shortName, podOf({ job: URL_311 }));
    expect(webhooksOf(calls)).toEqual(['images']);
    expect(answer.spec.initContainers[0].image).toBe(URL_39);
  });

  it('calls `images` again when a reinvoked webhook adds the short name again', async () => {
    const other = { name: 'aa-other', reinvocationPolicy: 'IfNeeded' } as const;
    const { answer, calls } = await createBeside(other, shortName, podOf({ job: URL_311 }));
    expect(webhooksOf(calls)).toEqual(['images', 'images']);
    expect(answer.spec.initContainers[0].image).toBe(URL_39);
  });

  it('calls `images` and `short-names` after another webhook added an unlisted short name', async () => {
    const unknown = patch('/spec/initContainers', [{ name: 'first', image: 'nginx' }]);
    const { answer, calls } = await createBeside({ name: 'aa-other' }, unknown, podOf({ job: URL_311 }));
    expect(webhooksOf(calls)).toEqual(['images', 'short-names']);
    expect(answer.spec.initContainers[0].image).toBe('nginx');
  });

  it.each([URL_311, 'python3.11'])(
    'calls `images` again when a later webhook adds a short name, which is resolved: %s',
    async (image) => {
      const { answer, calls } = await createBeside({ name: 'zzz-other' }, shortName, podOf({ job: image }));
      expect(webhooksOf(calls)).toEqual(['images', 'images']);
      expect(imagesOf(answer)).toEqual({ job: URL_311 });
      expect(answer.spec.initContainers[0].image).toBe(URL_39);
    },
  );

  it('calls `images` again after a later webhook changed a Pod with a short name, and its annotations stay', async () => {
    const verdict = patch('/metadata/labels', { seen: 'true' });
    const { answer, calls } = await createBeside(
      { name: 'zzz-other' },
      verdict,
      podOf({ job: 'python3.11' }),
    );
    expect(webhooksOf(calls)).toEqual(['images', 'images']);
    expect(imagesOf(answer)).toEqual({ job: URL_311 });
    expect(ourAnnotations(answer)).toMatchObject({
      'requested.image-config.toolforge.org/job': 'python3.11',
    });
  });

  it('calls `images` again after a later webhook changed a Pod without a short name', async () => {
    const verdict = patch('/metadata/labels', { seen: 'true' });
    const { calls } = await createBeside({ name: 'zzz-other' }, verdict, podOf({ job: URL_311 }));
    expect(webhooksOf(calls)).toEqual(['images', 'images']);
  });
});

describe('an update of a Pod that changes neither an image nor an annotation of ours', () => {
  it.each<[string, Json]>([
    ['an added finalizer', { metadata: { finalizers: ['example.org/kept'] } }],
    ['a removed finalizer', { metadata: { finalizers: null } }],
    ['a foreign label', { metadata: { labels: { 'example.org/a': 'b' } } }],
    ['a foreign annotation', { metadata: { annotations: { 'example.org/a': 'b' } } }],
    [
      'an annotation that admins write',
      { metadata: { annotations: { 'image-config.toolforge.org/acknowledge': 'python2' } } },
    ],
    ['a deadline', { spec: { activeDeadlineSeconds: 3600 } }],
  ])('calls no webhook: %s', async (_, patch) => {
    for (const image of ['python3.11', 'nginx', URL_311]) {
      const pod = await api.create(PODS, podOf({ job: image }, { finalizers: ['example.org/before'] }));
      const { calls } = await during(() => api.merge(`${PODS}/${pod.metadata.name}`, patch));
      expect(calls, image).toEqual([]);
      await api.merge(`${PODS}/${pod.metadata.name}`, { metadata: { finalizers: null } });
    }
  });

  it('calls no webhook when it changes the status', async () => {
    const { metadata } = await api.create(PODS, podOf({ job: 'nginx' }));
    const { calls } = await during(() =>
      api.merge(`${PODS}/${metadata.name}/status`, { status: { phase: 'Running' } }),
    );
    expect(calls).toEqual([]);
  });

  it('calls no webhook even if the Pod is older than the webhooks and too large for a review', async () => {
    await api.createNamespace('tool-large');
    const pods = '/api/v1/namespaces/tool-large/pods';
    const images = Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`c${index}`, 'nginx']));
    const pod = await api.create(pods, podOf(images, { finalizers: ['example.org/kept'] }));
    await api.merge('/api/v1/namespaces/tool-large', { metadata: { labels: { tenancy: 'tool' } } });
    await until(async () => {
      const { calls } = await during(
        () => api.create(`${pods}?dryRun=All`, podOf({ job: 'nginx' })),
        'tool-large',
      );
      return calls.length > 0;
    }, 'the API server to see the label');

    const { calls } = await during(
      () => api.merge(`${pods}/${pod.metadata.name}`, { metadata: { finalizers: null } }),
      'tool-large',
    );
    expect(calls).toEqual([]);
  });

  it('lets the Job controller remove its finalizer while no replica answers', async () => {
    const jobs = `/apis/batch/v1/namespaces/${TOOL}/jobs`;
    await api.create(jobs, {
      metadata: { name: 'finishing' },
      spec: {
        template: {
          spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'toolforge-python311' }] },
        },
      },
    });
    const podOfJob = async (): Promise<Json> =>
      (await api.get(`${PODS}?labelSelector=job-name%3Dfinishing`)).items[0];
    await until(async () => (await podOfJob()) !== undefined, 'the Pod of the Job');
    const pod = await podOfJob();
    expect(imagesOf(pod)).toEqual({ job: URL_311 });
    expect(pod.metadata.finalizers).toEqual(['batch.kubernetes.io/job-tracking']);

    await webhook.stopListening();
    try {
      await api.merge(`${PODS}/${pod.metadata.name}/status`, { status: { phase: 'Succeeded' } });
      await until(
        async () => (await podOfJob()).metadata.finalizers === undefined,
        'the Job controller to let the Pod go',
      );
    } finally {
      await webhook.listenAgain();
    }
    expect(
      webhook.calls.filter((call) => call.name === pod.metadata.name && call.operation === 'UPDATE'),
    ).toEqual([]);
  });
});

describe('an update of a Pod that changes an image', () => {
  const change = async (before: Record<string, string>, after: Record<string, string>) => {
    const pod = await api.create(PODS, podOf(before));
    const containers = Object.entries({ ...before, ...after }).map(([name, image]) => ({ name, image }));
    const path = `${PODS}/${pod.metadata.name}`;
    return during(() => api.strategicMerge(path, { spec: { containers } }));
  };

  it('to a URL calls only `changes`, whose failure is ignored', async () => {
    const { answer, calls } = await change({ job: 'python3.11' }, { job: URL_39 });
    expect(webhooksOf(calls)).toEqual(['changes']);
    expect(answer.metadata.annotations).not.toHaveProperty(['requested.image-config.toolforge.org/job']);
  });

  it('to a short name calls only `short-names`, whose failure refuses the update', async () => {
    const { answer, calls } = await change({ job: URL_39 }, { job: 'python3.11' });
    expect(webhooksOf(calls)).toEqual(['short-names']);
    expect(imagesOf(answer)).toEqual({ job: URL_311 });
  });

  it('back to the short name that the Pod was created with calls `short-names`', async () => {
    const { answer, calls } = await change({ job: 'tf-python39' }, { job: 'tf-python39' });
    expect(webhooksOf(calls)).toEqual(['short-names']);
    expect(imagesOf(answer)).toEqual({ job: URL_39 });
  });

  it('of one container calls only `changes` although another container has an unlisted short name', async () => {
    const { calls } = await change({ job: URL_39, web: 'nginx' }, { job: URL_311 });
    expect(webhooksOf(calls)).toEqual(['changes']);
  });

  it('to a short name calls `short-names` even if hundreds of containers have unlisted short names', async () => {
    const images = Object.fromEntries(Array.from({ length: 700 }, (_, index) => [`c${index}`, 'nginx']));
    const pod = await api.create(PODS, podOf(images));
    const change = { spec: { containers: [{ name: 'c699', image: 'python3.11' }] } };
    const { calls } = await during(() => api.strategicMerge(`${PODS}/${pod.metadata.name}`, change));
    expect(webhooksOf(calls)).toEqual(['short-names']);
  });

  it('to the short name of another container calls `short-names`', async () => {
    const { calls } = await change({ job: URL_39, web: 'nginx' }, { job: 'nginx' });
    expect(webhooksOf(calls)).toEqual(['short-names']);
  });
});

describe('an update of a Pod that changes an annotation or the label of ours', () => {
  const DEPRECATED = 'image-config.toolforge.org/deprecated';
  const keys = ['requested', 'name', 'deprecated'].map((fact) => `${fact}.image-config.toolforge.org/job`);

  it.each([
    ...keys.map((key): [string, Json] => [`${key} is forged`, { annotations: { [key]: 'a lie' } }]),
    ...keys.map((key): [string, Json] => [`${key} is removed`, { annotations: { [key]: null } }]),
    [
      'an annotation about a missing container is added',
      { annotations: { 'name.image-config.toolforge.org/missing': 'python3.7' } },
    ],
    ['the label is forged', { labels: { [DEPRECATED]: 'false' } }],
    ['the label is removed', { labels: { [DEPRECATED]: null } }],
    ['all annotations are removed', { annotations: null }],
  ])('calls `changes` once, which corrects it: %s', async (_, metadata) => {
    // The alias of a deprecated entry: this Pod gets every annotation that there is.
    const pod = await api.create(PODS, podOf({ job: 'tf-python37' }));
    expect(pod.metadata.labels).toEqual({ [DEPRECATED]: 'true' });
    const before = ourAnnotations(pod);
    expect(Object.keys(before).sort()).toEqual([...keys].sort());

    const { answer, calls } = await during(() => api.merge(`${PODS}/${pod.metadata.name}`, { metadata }));
    expect(webhooksOf(calls)).toEqual(['changes']);
    expect(ourAnnotations(answer)).toEqual(before);
    expect(answer.metadata.labels).toEqual({ [DEPRECATED]: 'true' });
  });

  it('calls `changes` when a Pod without a deprecated image gets the label, which is removed again', async () => {
    const pod = await api.create(PODS, podOf({ job: URL_311 }));
    const { answer, calls } = await during(() =>
      api.merge(`${PODS}/${pod.metadata.name}`, { metadata: { labels: { [DEPRECATED]: 'true' } } }),
    );
    expect(webhooksOf(calls)).toEqual(['changes']);
    expect(answer.metadata.labels ?? {}).toEqual({});
  });

  it('calls `changes` even if the Pod has as many other annotations as it can have', async () => {
    const others = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, index) => [`a${index.toString(36).padStart(4, '0')}`, '']),
    );
    const pod = await api.create(PODS, podOf({ job: URL_311 }, { annotations: others }));
    const { calls } = await during(() =>
      api.merge(`${PODS}/${pod.metadata.name}`, { metadata: { annotations: { [keys[1] ?? '']: 'a lie' } } }),
    );
    expect(webhooksOf(calls)).toEqual(['changes']);
  });
});

describe('an ephemeral container', () => {
  const debug = async (image: string) => {
    const { metadata } = await api.create(PODS, podOf({ job: URL_311 }));
    const { answer, calls } = await during(() =>
      controlPlane.kubectl([
        'debug',
        `pod/${metadata.name}`,
        '-n',
        TOOL,
        `--image=${image}`,
        '-c',
        'debugger',
        '--',
        'true',
      ]),
    );
    expect(answer).toMatchObject({ code: 0 });
    return { calls, pod: await api.get(`${PODS}/${metadata.name}`) };
  };

  it('with a short name calls only `short-names`, and gets the URL', async () => {
    const { calls, pod } = await debug('tf-python39');
    expect(calls).toEqual([
      expect.objectContaining({
        webhook: 'short-names',
        operation: 'UPDATE',
        resource: 'pods/ephemeralcontainers',
      }),
    ]);
    expect(pod.spec.ephemeralContainers[0].image).toBe(URL_39);
  });

  it('with an unlisted short name calls only `short-names`, and keeps it', async () => {
    const { calls, pod } = await debug('nginx');
    expect(webhooksOf(calls)).toEqual(['short-names']);
    expect(pod.spec.ephemeralContainers[0].image).toBe('nginx');
  });

  it('with a URL calls only `changes`', async () => {
    const { calls } = await debug('quay.io/podman/hello');
    expect(webhooksOf(calls)).toEqual(['changes']);
  });
});

describe('a Pod outside the namespaces of tools', () => {
  it.each(uncoveredNamespaces)(
    'calls no webhook in %s, even if the Pod has the labels of a tool',
    async (namespace, labels) => {
      await using _ = await api.labelNamespace(namespace, labels);
      const pods = `/api/v1/namespaces/${namespace}/pods`;
      const from = webhook.calls.length;
      const pod = await api.create(
        pods,
        podOf({ job: 'python3.11' }, { labels: { tenancy: 'tool', toolforge: 'tool' } }),
      );
      await api.merge(`${pods}/${pod.metadata.name}`, {
        spec: { containers: [{ name: 'job', image: 'tf-python39' }] },
      });
      await api.remove(`${pods}/${pod.metadata.name}?gracePeriodSeconds=0`);
      expect(webhook.calls.slice(from).filter((call) => call.namespace === namespace)).toEqual([]);
    },
  );
});

describe('with other shipped webhooks for Pods', () => {
  const path = `${collectionOf('MutatingWebhookConfiguration')}/zz-image-config-admission`;
  const shipped = only(manifest('install.yaml'), 'MutatingWebhookConfiguration');
  const before: Json = load(readFileSync(new URL('support/two-pod-webhooks.yaml', import.meta.url), 'utf8'));

  /** The webhooks that are called for a new Pod with each of these images. */
  const sentFor = async (...images: string[]): Promise<string[][]> => {
    const sent: string[][] = [];
    for (const image of images)
      sent.push(webhooksOf((await during(() => api.create(PODS, podOf({ job: image })))).calls));
    return sent;
  };
  const configure = (configuration: Json): Promise<Json> =>
    api.merge(path, { webhooks: webhook.redirect(configuration).webhooks });
  /** Replaces the shipped webhooks, and waits until the API server knows them: then a Pod with `nginx` calls these. */
  const configured = async (configuration: Json, nginx: readonly string[]): Promise<void> => {
    await configure(configuration);
    await until(async () => {
      const { calls } = await during(() => api.create(`${PODS}?dryRun=All`, podOf({ job: 'nginx' })));
      return webhooksOf(calls).join() === nginx.join();
    }, 'the API server to have the webhooks');
  };
  const restore = () => configured(shipped, ['images', 'short-names']);
  afterEach(restore);

  const IMAGES = [URL_311, 'python3.11', 'nginx'];

  describe.skipIf(helm === undefined)('by the values of the chart', () => {
    const render = (values: Json, files: readonly string[] = []): Json => {
      const { objects, refusal } = renderChart(helm ?? '', { image: { tag: 'x' }, ...values }, { files });
      expect(refusal).toBe('');
      return only(objects, 'MutatingWebhookConfiguration');
    };

    it("Toolforge's values call one webhook for each new Pod, and no Pod is refused while no replica answers", async () => {
      await configured(render({}, ['toolforge.yaml']), ['images']);
      expect(await sentFor(...IMAGES)).toEqual([['images'], ['images'], ['images']]);

      const { metadata } = await api.create(PODS, podOf({ job: URL_39 }));
      const image = (name: string) => ({ spec: { containers: [{ name: 'job', image: name }] } });
      const change = (name: string) =>
        during(() => api.strategicMerge(`${PODS}/${metadata.name}`, image(name)));
      expect(webhooksOf((await change('python3.11')).calls)).toEqual(['short-names']);
      expect(webhooksOf((await change(URL_39)).calls)).toEqual(['changes']);

      await webhook.stopListening();
      try {
        for (const name of IMAGES)
          expect(imagesOf(await api.create(PODS, podOf({ job: name })))).toEqual({ job: name });
      } finally {
        await webhook.listenAgain();
      }
    });

    it.each([
      ['Fail', 500],
      ['Ignore', 201],
    ])(
      'byUrl: skip calls a webhook only for Pods with a short name, once each, with the policy %s',
      async (failurePolicy, status) => {
        await configured(render({ podWebhooks: { byUrl: 'skip', shortNames: { failurePolicy } } }), [
          'short-names',
        ]);
        expect(await sentFor(...IMAGES)).toEqual([[], ['short-names'], ['short-names']]);
        const { answer } = await during(() => api.create(PODS, podOf({ job: 'python3.11' })));
        expect(imagesOf(answer)).toEqual({ job: URL_311 });
        // Annotations that a user writes are not corrected.
        const lie = { annotations: { 'name.image-config.toolforge.org/job': 'a lie' } };
        const forged = await during(() => api.merge(`${PODS}/${answer.metadata.name}`, { metadata: lie }));
        expect(webhooksOf(forged.calls)).toEqual([]);

        await webhook.stopListening();
        try {
          expect(imagesOf(await api.create(PODS, podOf({ job: URL_39 })))).toEqual({ job: URL_39 });
          const refused = await controlPlane.request(PODS, {
            method: 'POST',
            body: podOf({ job: 'python3.11' }),
          });
          expect(refused).toMatchObject({ status });
        } finally {
          await webhook.listenAgain();
        }
      },
    );
  });

  it('an upgrade from the two earlier webhooks calls a webhook for every Pod, by the earlier rules or by the new ones', async () => {
    await configured(before, ['short-names']);
    expect(await sentFor(...IMAGES)).toEqual([['images'], ['short-names'], ['short-names']]);

    const from = webhook.calls.length;
    const created: { name: string; image: string; pod: Json }[] = [];
    let upgraded = false;
    const stream = async (worker: number): Promise<void> => {
      for (let number = 0; !upgraded; number += 1) {
        const image = IMAGES[number % IMAGES.length] ?? '';
        const name = `upgrade-${worker}-${number}`;
        const pod = await api.create(`${PODS}?dryRun=All`, podOf({ job: image }, { name }));
        created.push({ name, image, pod });
      }
    };
    const streaming = Promise.all([0, 1, 2, 3].map(stream));
    const flowed = (more: number): Promise<void> => {
      const count = created.length;
      return until(async () => created.length >= count + more, 'Pods to be created');
    };
    await flowed(60);
    await configure(shipped);
    await flowed(60);
    upgraded = true;
    await streaming;

    const calls = webhook.calls.slice(from);
    const ways = new Map<string, Set<string>>(IMAGES.map((image) => [image, new Set()]));
    for (const { name, image } of created)
      ways.get(image)?.add(webhooksOf(calls.filter((call) => call.name === name)).join());
    expect(Object.fromEntries(ways)).toEqual({
      [URL_311]: new Set(['images']),
      'python3.11': new Set(['short-names', 'images']),
      nginx: new Set(['short-names', 'images,short-names']),
    });
    const named = { 'name.image-config.toolforge.org/job': 'python3.11' };
    for (const { image, pod } of created) {
      expect(imagesOf(pod)).toEqual({ job: image === 'nginx' ? 'nginx' : URL_311 });
      expect(ourAnnotations(pod)).toEqual(
        image === 'nginx'
          ? {}
          : image === URL_311
            ? named
            : { ...named, 'requested.image-config.toolforge.org/job': image },
      );
    }
  });
});

describe('while no replica answers', () => {
  beforeAll(() => webhook.stopListening());
  afterAll(() => webhook.listenAgain());

  it('a Pod with a URL is created', async () => {
    expect(imagesOf(await api.create(PODS, podOf({ job: URL_311 })))).toEqual({ job: URL_311 });
  });

  it('a Pod with a short name is refused, and the message names the webhook', async () => {
    expect(await api.refused(PODS, podOf({ job: 'python3.11' }))).toContain(
      'failed calling webhook "short-names.image-config.toolforge.org"',
    );
  });

  it('the catalog cannot be written, and other ConfigMaps can', async () => {
    expect(await api.refused(CONFIG_MAPS, catalog())).toContain(
      'failed calling webhook "catalog.image-config.toolforge.org"',
    );
    await api.create(CONFIG_MAPS, catalog('another'));
    await api.remove(`${CONFIG_MAPS}/another`);
  });
});

describe('the webhook of the catalog', () => {
  const expectOneCall = (calls: readonly Call[], operation: string, name = 'image-config') =>
    expect(calls).toEqual([
      expect.objectContaining({ webhook: 'catalog', operation, name, resource: 'configmaps' }),
    ]);

  it('is called once each for its creation, change and deletion', async () => {
    expectOneCall((await during(() => api.create(CONFIG_MAPS, catalog()), 'tf-public')).calls, 'CREATE');
    expectOneCall(
      (await during(() => api.merge(`${CONFIG_MAPS}/image-config`, { data: { a: 'b' } }), 'tf-public')).calls,
      'UPDATE',
    );
    expectOneCall(
      (await during(() => api.remove(`${CONFIG_MAPS}/image-config`), 'tf-public')).calls,
      'DELETE',
    );
  });

  it('is called only for the catalog when the collection is deleted', async () => {
    await api.create(CONFIG_MAPS, catalog());
    await api.create(CONFIG_MAPS, catalog('image-config-old'));
    const { calls } = await during(() => api.remove(CONFIG_MAPS), 'tf-public');
    // A request for a collection has no name, so the review has none either: the object has it.
    expectOneCall(calls, 'DELETE', '');
  });

  it('is called for a server-side apply, and when kubectl deletes all ConfigMaps', async () => {
    const apply = ['apply', '--server-side', '-f', '-'];
    const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', ...catalog() });
    expectOneCall((await during(() => controlPlane.kubectl(apply, { stdin }), 'tf-public')).calls, 'CREATE');
    const all = ['delete', 'configmaps', '--all', '-n', 'tf-public'];
    expectOneCall((await during(() => controlPlane.kubectl(all), 'tf-public')).calls, 'DELETE');
  });

  it.each([
    ['another name', 'tf-public', { name: 'image-config-v2' }],
    ['a generated name', 'tf-public', { generateName: 'image-config' }],
    ['another namespace', TOOL, { name: 'image-config' }],
    ['another namespace of the platform', 'default', { name: 'image-config' }],
  ])('is not called for a ConfigMap with %s', async (_, namespace, metadata) => {
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const { calls } = await during(async () => {
      const { metadata: stored } = await api.create(path, { metadata, data: {} });
      await api.merge(`${path}/${stored.name}`, { data: { a: 'b' } });
      await api.remove(`${path}/${stored.name}`);
    }, namespace);
    expect(calls).toEqual([]);
  });

  it('is called for the deletion by the namespace controller', async () => {
    await api.create(CONFIG_MAPS, catalog());
    const from = webhook.calls.length;
    await api.remove('/api/v1/namespaces/tf-public');
    await until(
      async () => (await controlPlane.request('/api/v1/namespaces/tf-public')).status === 404,
      'the namespace to be gone',
    );
    expect(webhook.calls.slice(from).filter((call) => call.webhook === 'catalog')).toEqual([
      expect.objectContaining({
        operation: 'DELETE',
        user: 'system:serviceaccount:kube-system:namespace-controller',
      }),
    ]);
  });
});

const catalog = (name = 'image-config'): Json => ({
  metadata: { name, namespace: 'tf-public' },
  data: { 'images-v1.yaml': 'python3.11: {state: stable, variants: {}}\n' },
});

const collectionOf = (kind: string): string => `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}s`;

function podOf(images: Record<string, string>, metadata: Json = {}): Json {
  return {
    metadata: { generateName: 'pod-', ...metadata },
    spec: {
      automountServiceAccountToken: false,
      containers: Object.entries(images).map(([name, image]) => ({ name, image })),
    },
  };
}

/** The calls for a namespace during a request: the API server answers after all calls. */
async function during<T>(
  action: () => Promise<T>,
  namespace = TOOL,
): Promise<{ answer: T; calls: readonly Call[] }> {
  const from = webhook.calls.length;
  const answer = await action();
  return { answer, calls: webhook.calls.slice(from).filter((call) => call.namespace === namespace) };
}

const webhooksOf = (calls: readonly Call[]): string[] => calls.map((call) => call.webhook);
