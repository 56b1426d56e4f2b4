import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { allowed } from '../../src/admission/verdict.ts';
import { type ReviewedWorkloadKind, reviewedWorkloadKinds } from '../../src/admission/workload.ts';
import { manifest, only } from '../manifests/manifests.ts';
import type { Json } from '../support/reviews.ts';
import { attachControlPlane } from './control-plane.ts';
import { apiOf, uncoveredNamespaces, until } from './support/api.ts';
import { succeeds } from './support/commands.ts';
import { type Call, type RecordingWebhook, startRecordingWebhook } from './support/recording-webhook.ts';
import { collectionPath, pluralOf, workload as withImages } from './support/workloads.ts';

/*
 * For which changes of workloads the API server calls the shipped webhook, with the real controllers and a recording server in place
 * of the Service.
 */

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
const TOOL = 'tool-workloads';
const namespaces = [TOOL, 'not-a-tool', 'image-config-admission'];
const CONFIGURATIONS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

let webhook: RecordingWebhook;
/** A reference to an existing object: otherwise the garbage collector would delete the objects that refer to it. */
let owner: Json;

beforeAll(async () => {
  webhook = await startRecordingWebhook({ workloads: () => allowed(), catalog: () => allowed() });
  await api.createNamespace(TOOL, { tenancy: 'tool' });
  const { metadata } = await api.get(`/api/v1/namespaces/${TOOL}/serviceaccounts/default`);
  owner = { apiVersion: 'v1', kind: 'ServiceAccount', name: 'default', uid: metadata.uid };
  const shipped = only(manifest('install.yaml'), 'ValidatingWebhookConfiguration');
  await api.create(CONFIGURATIONS, webhook.redirect(shipped));
  await until(async () => {
    await api.create(`${pathOf('Deployment')}?dryRun=All`, workload('Deployment', { name: 'first' }));
    return webhook.calls.length > 0;
  }, 'the API server to call the webhook');
});

afterAll(async () => {
  await api.remove(`${CONFIGURATIONS}/image-config-admission`);
  await webhook.close();
  await controlPlane.kubectl(['delete', 'namespace', '--ignore-not-found', ...namespaces]);
});

const pathOf = (kind: ReviewedWorkloadKind, namespace = TOOL): string => collectionPath(kind, namespace);
const workload = (kind: ReviewedWorkloadKind, metadata: Json): Json =>
  withImages(kind, metadata, { job: 'python3.7' });

/** A change of the spec that each kind allows; the template of a Job is immutable. */
const edits: Record<ReviewedWorkloadKind, Json> = {
  Deployment: { spec: { template: { spec: { containers: [{ name: 'job', image: 'python3.11' }] } } } },
  StatefulSet: { spec: { template: { spec: { containers: [{ name: 'job', image: 'python3.11' }] } } } },
  DaemonSet: { spec: { template: { spec: { containers: [{ name: 'job', image: 'python3.11' }] } } } },
  ReplicaSet: { spec: { template: { spec: { containers: [{ name: 'job', image: 'python3.11' }] } } } },
  Job: { spec: { activeDeadlineSeconds: 3_600 } },
  CronJob: { spec: { suspend: true } },
};

/**
 * The calls during an action, as `CREATE deployments web`: the API server answers after all calls. Repeated calls count once: the API
 * server retries a change, and calls again, when a controller wrote the object meanwhile.
 */
async function during(action: () => Promise<unknown>): Promise<string[]> {
  const from = webhook.calls.length;
  await action();
  const calls = webhook.calls.slice(from).map(shown);
  return calls.filter((call, index) => call !== calls[index - 1]);
}

const shown = (call: Call): string => `${call.operation} ${call.resource} ${call.name}`;

const kubectl = async (...args: string[]): Promise<void> => {
  await succeeds(controlPlane.kubectl([...args, '-n', TOOL]));
};

describe.each(reviewedWorkloadKinds)('the webhook, for a %s,', (kind) => {
  const resource = pluralOf(kind);
  const create = (metadata: Json) => () => api.create(pathOf(kind), workload(kind, metadata));
  const edit = (name: string, patch: Json) => () => api.strategicMerge(`${pathOf(kind)}/${name}`, patch);

  it('is called once when it is created, and once when its spec changes', async () => {
    expect(await during(create({ name: 'changed' }))).toEqual([`CREATE ${resource} changed`]);
    expect(await during(edit('changed', edits[kind]))).toEqual([`UPDATE ${resource} changed`]);
    expect(await during(edit('changed', edits[kind]))).toEqual([]);
  });

  it('gets a dry run marked as one', async () => {
    const from = webhook.calls.length;
    await api.create(`${pathOf(kind)}?dryRun=All`, workload(kind, { name: 'tried' }));
    expect(webhook.calls.slice(from)).toMatchObject([{ webhook: 'workloads', dryRun: true }]);
  });

  it('is not called when only its metadata changes', async () => {
    await create({ name: 'kept' })();
    for (const metadata of [
      { labels: { 'example.org/a': 'b' } },
      { annotations: { 'image-config.toolforge.org/a': 'b' } },
      { finalizers: ['example.org/kept'] },
      { finalizers: null },
    ])
      expect(await during(edit('kept', { metadata })), JSON.stringify(metadata)).toEqual([]);
  });

  it('is not called when a controller owns it', async () => {
    const metadata = { name: 'made', ownerReferences: [{ ...owner, controller: true }] };
    expect(await during(create(metadata))).toEqual([]);
    expect(await during(edit('made', edits[kind]))).toEqual([]);
  });

  it('is called when its owners are no controllers', async () => {
    const ownerReferences = [owner, { ...owner, controller: false }];
    expect(await during(create({ name: 'owned', ownerReferences }))).toEqual([`CREATE ${resource} owned`]);
  });

  it('is not called when it is deleted', async () => {
    await create({ name: 'gone' })();
    expect(await during(() => api.remove(`${pathOf(kind)}/gone`))).toEqual([]);
  });

  it('may be down: the workload is created and changed all the same', async () => {
    await webhook.stopListening();
    try {
      expect(await during(create({ name: 'unreviewed' }))).toEqual([]);
      expect(await during(edit('unreviewed', edits[kind]))).toEqual([]);
    } finally {
      await webhook.listenAgain();
    }
  });
});

it('the webhook is called for a workload as large as an object may be', async () => {
  const large = workload('Deployment', { name: 'large' });
  const [container] = large.spec.template.spec.containers;
  container.args = Array.from({ length: 10_000 }, (_, index) => `${index}`.padStart(90, '-'));
  expect(await during(() => api.create(pathOf('Deployment'), large))).toEqual(['CREATE deployments large']);
  const edit = () => api.merge(`${pathOf('Deployment')}/large`, { spec: { paused: true } });
  expect(await during(edit)).toEqual(['UPDATE deployments large']);

  const ownerReferences = Array.from({ length: 10_000 }, (_, index) => ({ ...owner, uid: `${index}` }));
  const owned = workload('Deployment', { name: 'owned-by-many', ownerReferences });
  const dryRun = () => api.create(`${pathOf('Deployment')}?dryRun=All`, owned);
  expect(await during(dryRun)).toEqual(['CREATE deployments owned-by-many']);
});

describe('the work of controllers', () => {
  const get = (kind: ReviewedWorkloadKind, name: string): Promise<Json> => api.get(`${pathOf(kind)}/${name}`);
  const create = (kind: ReviewedWorkloadKind, name: string, spec: Json): Promise<Json> => {
    const object = workload(kind, { name });
    return api.create(pathOf(kind), { ...object, spec: { ...object.spec, ...spec } });
  };

  it('calls no webhook: a Deployment is rolled out, scaled, and adopts orphaned ReplicaSets', async () => {
    /** Revisions go on counting when a Deployment adopts the ReplicaSets of an earlier one. */
    const observed = (revision: number) => async () => {
      const { metadata, status } = await get('Deployment', 'web');
      return (
        metadata.annotations?.['deployment.kubernetes.io/revision'] === `${revision}` &&
        status.observedGeneration === metadata.generation
      );
    };
    const calls = await during(async () => {
      await create('Deployment', 'web', { replicas: 2 });
      await until(observed(1), 'the first ReplicaSet');
      await kubectl('set', 'image', 'deployment/web', 'job=python3.11');
      await until(observed(2), 'the second ReplicaSet');
      await kubectl('scale', 'deployment/web', '--replicas=3');
      await until(observed(2), 'more Pods');
      await kubectl('delete', 'deployment/web', '--cascade=orphan');
      await create('Deployment', 'web', { replicas: 2 });
      await until(observed(3), 'the ReplicaSets to be adopted');
    });
    expect(calls).toEqual(['CREATE deployments web', 'UPDATE deployments web', 'CREATE deployments web']);
  });

  it.each<[ReviewedWorkloadKind, Json, (status: Json) => boolean]>([
    ['StatefulSet', { replicas: 1 }, ({ currentReplicas }) => currentReplicas === 1],
    ['ReplicaSet', { replicas: 1 }, ({ replicas }) => replicas === 1],
    ['DaemonSet', {}, ({ observedGeneration }) => observedGeneration === 1],
    ['Job', { suspend: false }, ({ active }) => active === 1],
  ])('calls no webhook: a %s gets its Pod', async (kind, spec, settled) => {
    const name = 'settling';
    const calls = await during(async () => {
      await create(kind, name, spec);
      await until(async () => settled((await get(kind, name)).status), `the status of the ${kind}`);
    });
    expect(calls).toEqual([`CREATE ${pluralOf(kind)} ${name}`]);
  });

  it('calls no webhook: a Job ends', async () => {
    const pods = `/api/v1/namespaces/${TOOL}/pods`;
    const calls = await during(async () => {
      await create('Job', 'ending', { suspend: false });
      const podOfJob = async (): Promise<Json> =>
        (await api.get(`${pods}?labelSelector=job-name%3Dending`)).items[0];
      await until(async () => (await podOfJob()) !== undefined, 'its Pod');
      const { metadata } = await podOfJob();
      await api.merge(`${pods}/${metadata.name}/status`, { status: { phase: 'Succeeded' } });
      await until(async () => (await get('Job', 'ending')).status.succeeded === 1, 'its end');
    });
    expect(calls).toEqual(['CREATE jobs ending']);
  });

  it('calls no webhook: kubectl creates a Job from a CronJob', async () => {
    const calls = await during(async () => {
      await create('CronJob', 'nightly', {});
      await kubectl('create', 'job', 'now', '--from=cronjob/nightly');
      await until(async () => (await get('Job', 'now')).status.active === 1, 'its Job');
    });
    expect(calls).toEqual(['CREATE cronjobs nightly']);
  });
});

describe('kubectl without a change of the spec', () => {
  it.each([
    ['apply', ['apply']],
    ['server-side apply', ['apply', '--server-side', '--force-conflicts']],
  ])('calls no webhook: %s, again', async (verb, apply) => {
    const name = verb.replaceAll(' ', '-');
    const object = workload('Deployment', { name });
    const again = (labels: Json) => () =>
      succeeds(
        controlPlane.kubectl([...apply, '-n', TOOL, '-f', '-'], {
          stdin: JSON.stringify({ ...object, metadata: { name, labels } }),
        }),
      );
    expect(await during(again({}))).toEqual([`CREATE deployments ${name}`]);
    expect(await during(again({}))).toEqual([]);
    expect(await during(again({ team: 'ours' }))).toEqual([]);
  });

  const scalable: ReviewedWorkloadKind[] = ['Deployment', 'StatefulSet', 'ReplicaSet'];
  it.each(scalable)('calls no webhook: scale of a %s', async (kind) => {
    await api.create(pathOf(kind), workload(kind, { name: 'scaled' }));
    expect(await during(() => kubectl('scale', `${pluralOf(kind)}/scaled`, '--replicas=1'))).toEqual([]);
  });
});

describe('a workload outside the namespaces of tools', () => {
  it.each(uncoveredNamespaces)(
    'calls no webhook in %s, even if it has the labels of a tool',
    async (namespace, labels) => {
      await using _ = await api.labelNamespace(namespace, labels);
      for (const kind of reviewedWorkloadKinds) {
        const object = workload(kind, { name: 'outside', labels: { tenancy: 'tool', toolforge: 'tool' } });
        expect(await during(() => api.create(pathOf(kind, namespace), object)), kind).toEqual([]);
        await api.remove(`${pathOf(kind, namespace)}/outside`);
      }
    },
  );
});
