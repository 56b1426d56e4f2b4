import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { HOST } from '../../support/catalog.ts';
import type { Json } from '../../support/reviews.ts';
import { attachControlPlane } from '../control-plane.ts';
import { apiOf, until } from '../support/api.ts';
import { CONFIG_MAPS, configMap, GOOD, URL_37, URL_39, URL_311 } from '../support/catalog.ts';
import { isRefused, succeeds } from '../support/commands.ts';
import { cleanUp, type Installed, install } from '../support/installed.ts';
import { standInForRegistryAdmission } from '../support/registry-admission.ts';
import { imagesOf, ourAnnotations } from '../support/workloads.ts';

/*
 * Pods of people and controllers, while the program runs as it is shipped: with its rights, certificates and webhooks.
 */

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
const TOOL = 'tool-flows';
const PODS = `/api/v1/namespaces/${TOOL}/pods`;

const kubectl = (...args: string[]) => controlPlane.kubectl([...args, '-n', TOOL]);
const apply = (...items: Json[]) =>
  controlPlane.kubectl(['apply', '-n', TOOL, '-f', '-'], {
    stdin: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  });

const labels = (app: string) => ({ metadata: { labels: { app } } });
const annotations = {
  'requested.image-config.toolforge.org/job': 'tf-python39',
  'name.image-config.toolforge.org/job': 'python3.9',
};

let installed: Installed;

beforeAll(async () => {
  installed = await install(controlPlane);
  await api.create(CONFIG_MAPS, configMap(GOOD));
  await api.createNamespace(TOOL, { tenancy: 'tool' });
  await until(
    async () => (await kubectl('run', 'x', '--image=python3.11', '--dry-run=server')).code === 0,
    'a catalog',
  );
  // Its minute passes during the other tests.
  const template = { ...labels('a-cronjob'), spec: podSpec('tf-python39') };
  const spec = { schedule: '* * * * *', jobTemplate: { spec: { template } } };
  await succeeds(apply({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'a-cronjob' }, spec }));
});

afterAll(() => cleanUp(controlPlane, installed, TOOL, 'outside'));

/** Admitted by Pod Security "restricted". */
const podSpec = (image: string, restartPolicy = 'Never'): Json => ({
  restartPolicy,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name: 'job',
      image,
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    },
  ],
});

/** Waits for the Pod that a controller creates. */
async function podOf(selector: string, seconds = 30): Promise<Json> {
  const path = `${PODS}?labelSelector=${encodeURIComponent(selector)}`;
  await expect
    .poll(async () => (await api.get(path)).items.length, { timeout: seconds * 1_000 })
    .toBeGreaterThan(0);
  return (await api.get(path)).items[0];
}

/** The annotations and the label that the webhook writes. */
const writtenTo = (pod: Json): Json => {
  const label = pod.metadata.labels?.[DEPRECATED];
  return { ...ourAnnotations(pod), ...(label !== undefined && { [DEPRECATED]: label }) };
};
const DEPRECATED = 'image-config.toolforge.org/deprecated';
const get = (name: string): Promise<Json> => api.get(`${PODS}/${name}`);

describe('a Pod whose template has a short name', () => {
  it('has the URL and the requested name if a Job creates it', async () => {
    const job = { template: { ...labels('a-job'), spec: podSpec('tf-python39') } };
    await succeeds(apply({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'a-job' }, spec: job }));
    const pod = await podOf('app=a-job');
    expect(imagesOf(pod)).toEqual({ job: URL_39 });
    expect(writtenTo(pod)).toMatchObject(annotations);
    // A rewritten template would make the owner's next apply a change.
    const stored = await api.get(`/apis/batch/v1/namespaces/${TOOL}/jobs/a-job`);
    expect(imagesOf(stored.spec.template)).toEqual({ job: 'tf-python39' });
  });

  it('has the URL and the requested name if a Deployment creates it, which gets one ReplicaSet per template', async () => {
    const selector = { matchLabels: { app: 'a-deployment' } };
    const template = { ...labels('a-deployment'), spec: podSpec('tf-python39', 'Always') };
    const deployment = (image: string) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a-deployment' },
      spec: { selector, template: { ...template, spec: podSpec(image, 'Always') } },
    });
    await succeeds(apply(deployment('tf-python39')));
    const pod = await podOf('app=a-deployment');
    expect(imagesOf(pod)).toEqual({ job: URL_39 });
    expect(writtenTo(pod)).toMatchObject(annotations);

    await succeeds(apply(deployment('tf-python39')));
    await succeeds(kubectl('set', 'image', 'deployment/a-deployment', 'job=python3.11'));
    const newer = `${PODS}?labelSelector=app%3Da-deployment`;
    await until(
      async () =>
        (await api.get(newer)).items.some((item: Json) => Object.values(imagesOf(item)).includes(URL_311)),
      'the Pod of the new template',
    );
    const sets = await api.get(`/apis/apps/v1/namespaces/${TOOL}/replicasets`);
    expect(sets.items).toHaveLength(2);
    await succeeds(kubectl('delete', 'deployment', 'a-deployment'));
  });

  it('gets the image for the client that created the Job', async () => {
    const metadata = { labels: { app: 'web', 'app.kubernetes.io/managed-by': 'toolforge-jobs-framework' } };
    const template = { metadata, spec: podSpec('bookworm') };
    await succeeds(
      apply({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'web' }, spec: { template } }),
    );
    expect(imagesOf(await podOf('app=web'))).toEqual({ job: `${HOST}/toolforge-bookworm-web-sssd:latest` });
  });
});

describe('kubectl', () => {
  it('run accepts an alias', async () => {
    expect(await succeeds(kubectl('run', 'shell', '--image=tf-python39'))).toBe('pod/shell created\n');
    expect(imagesOf(await get('shell'))).toEqual({ shell: URL_39 });
  });

  it('run --dry-run=server shows the resolved image, and stores nothing', async () => {
    const run = ['run', 'dry', '--image=tf-python39', '--dry-run=server'];
    expect(await succeeds(kubectl(...run, '-o', 'jsonpath={.spec.containers[0].image}'))).toBe(URL_39);
    expect((await kubectl('get', 'pod', 'dry')).code).toBe(1);
  });

  it('run prints a warning for a deprecated image', async () => {
    const { stderr, code } = await kubectl('run', 'old', '--image=python3.7');
    expect({ stderr, code }).toEqual({
      code: 0,
      stderr: 'Warning: container "old": python3.7 is deprecated; newer: python3.13\n',
    });
    expect(writtenTo(await get('old'))).toEqual({
      'requested.image-config.toolforge.org/old': 'python3.7',
      'name.image-config.toolforge.org/old': 'python3.7',
      'deprecated.image-config.toolforge.org/old': 'python3.7 is deprecated; newer: python3.13',
      'image-config.toolforge.org/deprecated': 'true',
    });
    const labelled = await succeeds(
      controlPlane.kubectl([
        'get',
        'pods',
        '-A',
        '-l',
        'image-config.toolforge.org/deprecated',
        '-o',
        'name',
      ]),
    );
    expect(labelled).toBe('pod/old\n');
  });

  it('run prints a suggestion for a misspelt name', async () => {
    const { stderr } = await kubectl('run', 'misspelt', '--image=pyhton3.11');
    expect(stderr).toBe(
      'Warning: container "misspelt": no image "pyhton3.11" in the catalog; did you mean python3.11? The image stays as it is, and the Pod will not start\n',
    );
    expect(imagesOf(await get('misspelt'))).toEqual({ misspelt: 'pyhton3.11' });
  });

  it('debug accepts an alias: the ephemeral container gets the URL', async () => {
    await succeeds(kubectl('run', 'debugged', '--image=python3.11'));
    const { code, stderr } = await kubectl(
      'debug',
      'debugged',
      '--image=tf-python37',
      '-c',
      'debugger',
      '--profile=general',
    );
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('python3.7 is deprecated');
    const { spec } = await get('debugged');
    expect(spec.ephemeralContainers).toMatchObject([{ name: 'debugger', image: URL_37 }]);
  });

  it('debug --copy-to resolves the short name in the copy', async () => {
    await succeeds(kubectl('run', 'copied', '--image=python3.11'));
    await succeeds(
      kubectl(
        'debug',
        'copied',
        '--copy-to=copy',
        '--image=tf-python39',
        '-c',
        'debugger',
        '--profile=general',
      ),
    );
    expect(imagesOf(await get('copy'))).toEqual({ copied: URL_311, debugger: URL_39 });
  });

  it('set image accepts a short name, and the annotations follow', async () => {
    await succeeds(kubectl('run', 'set', '--image=python3.7'));
    await succeeds(kubectl('set', 'image', 'pod/set', 'set=tf-python39'));
    const pod = await get('set');
    expect(imagesOf(pod)).toEqual({ set: URL_39 });
    expect(writtenTo(pod)).toEqual({
      'requested.image-config.toolforge.org/set': 'tf-python39',
      'name.image-config.toolforge.org/set': 'python3.9',
    });
  });

  it('annotate and label cannot forge our annotations: changed ones are corrected, removed ones come back', async () => {
    await succeeds(kubectl('run', 'forged', '--image=python3.7'));
    const before = writtenTo(await get('forged'));
    const lie = 'name.image-config.toolforge.org/forged=python3.11';
    await succeeds(kubectl('annotate', 'pod/forged', lie, '--overwrite'));
    await succeeds(kubectl('annotate', 'pod/forged', 'deprecated.image-config.toolforge.org/forged-'));
    await succeeds(kubectl('label', 'pod/forged', 'image-config.toolforge.org/deprecated-'));
    expect(writtenTo(await get('forged'))).toEqual(before);
    const overrides = {
      metadata: {
        annotations: {
          'requested.image-config.toolforge.org/born': 'python3.7',
          'deprecated.image-config.toolforge.org/born': 'a lie',
        },
        labels: { 'image-config.toolforge.org/deprecated': 'true' },
      },
    };
    await succeeds(kubectl('run', 'born', '--image=python3.11', `--overrides=${JSON.stringify(overrides)}`));
    expect(writtenTo(await get('born'))).toEqual({
      'requested.image-config.toolforge.org/born': 'python3.11',
      'name.image-config.toolforge.org/born': 'python3.11',
    });
  });
});

describe('a stand-in for registry-admission, called after the webhooks,', () => {
  it('gets the URL of a short name, and refuses a foreign image, which is unchanged', async () => {
    await using registryAdmission = await standInForRegistryAdmission(controlPlane, HOST, () =>
      kubectl('run', 'x', '--image=nginx', '--dry-run=server'),
    );
    expect(await isRefused(kubectl('run', 'foreign', '--image=nginx'))).toBe(
      'Error from server: admission webhook "registry-admission.tools.wmcloud.org" denied the request: nginx is not of an allowed registry\n',
    );
    expect(await isRefused(kubectl('run', 'foreign', '--image=quay.io/podman/hello:latest'))).toContain(
      'quay.io/podman/hello:latest is not of an allowed registry',
    );
    await succeeds(kubectl('run', 'known', '--image=tf-python39'));
    expect(registryAdmission.calls.at(-1)).toMatchObject({ name: 'known' });
  });
});

describe('a namespace that belongs to no tool', () => {
  it.each(['default', 'kube-system', 'image-config-admission', 'outside'])(
    'leads to no webhook call, and its images stay as they are: %s',
    async (namespace) => {
      if (namespace === 'outside') await api.createNamespace(namespace, { tenancy: 'other' });
      const pods = `/api/v1/namespaces/${namespace}/pods`;
      const pod = { metadata: { name: 'flows-outside' }, spec: podSpec('python3.11') };
      expect(imagesOf(await api.create(`${pods}?dryRun=All`, pod))).toEqual({ job: 'python3.11' });
      await api.create(`/api/v1/namespaces/${namespace}/configmaps?dryRun=All`, {
        metadata: { name: 'image-config' },
      });
      const marker = `marker-${Date.now()}`;
      await succeeds(kubectl('run', marker, '--image=python3.11', '--dry-run=server'));
      const answered = await installed.reviewsUntil(marker);
      expect(answered.filter((review) => review.namespace === namespace)).toEqual([]);
    },
  );
});

describe('a CronJob with a short name', () => {
  it('leads to Pods with the URL', async () => {
    const pod = await podOf('app=a-cronjob', 90);
    expect(imagesOf(pod)).toEqual({ job: URL_39 });
    expect(writtenTo(pod)).toMatchObject(annotations);
    await succeeds(kubectl('delete', 'cronjob', 'a-cronjob'));
  });
});
