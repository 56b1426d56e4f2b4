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
 * Which changes of what Pods are made of are told to the shipped webhook, on a real API server with its real controllers, and a
 * recording server in place of the Service.
 */

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
const TOOL = 'tool-workloads';
const namespaces = [TOOL, 'not-a-tool', 'image-config-admission'];
const CONFIGURATIONS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

let webhook: RecordingWebhook;
/** A reference to an object that is there, or the objects that refer to it would be collected as garbage. */
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
  }, 'the API server to ask');
});

afterAll(async () => {
  await api.remove(`${CONFIGURATIONS}/image-config-admission`);
  await webhook.close();
  await controlPlane.kubectl(['delete', 'namespace', '--ignore-not-found', ...namespaces]);
});

const pathOf = (kind: ReviewedWorkloadKind, namespace = TOOL): string => collectionPath(kind, namespace);
const workload = (kind: ReviewedWorkloadKind, metadata: Json): Json =>
  withImages(kind, metadata, { job: 'python3.7' });

/** Something that is allowed of each. The template of a Job can't be changed. */
const edits: Record<ReviewedWorkloadKind, Json> = {
  Deployment: { spec: { template: { spec: { containers: [{ name: 'job', image: 'python3.11' }] } } } },
  StatefulSet: { spec: { template: { spec: { containers: [{ name: 'job', image: 'python3.11' }] } } } },
  DaemonSet: { spec: { template: { spec: { containers: [{ name: 'job', image: 'python3.11' }] } } } },
  ReplicaSet: { spec: { template: { spec: { containers: [{ name: 'job', image: 'python3.11' }] } } } },
  Job: { spec: { activeDeadlineSeconds: 3_600 } },
  CronJob: { spec: { suspend: true } },
};

/**
 * What an action led to, about whichever object. The API server has had its answers when it answers. A change that a controller's
 * write came before is told again: the API server tries it once more.
 */
async function during(action: () => Promise<unknown>): Promise<string[]> {
  const from = webhook.calls.length;
  await action();
  const calls = webhook.calls.slice(from).map(told);
  return calls.filter((call, index) => call !== calls[index - 1]);
}

const told = (call: Call): string => `${call.operation} ${call.resource} ${call.name}`;

const kubectl = async (...args: string[]): Promise<void> => {
  await succeeds(controlPlane.kubectl([...args, '-n', TOOL]));
};

describe.each(reviewedWorkloadKinds)('a %s', (kind) => {
  const resource = pluralOf(kind);
  const create = (metadata: Json) => () => api.create(pathOf(kind), workload(kind, metadata));
  const edit = (name: string, patch: Json) => () => api.strategicMerge(`${pathOf(kind)}/${name}`, patch);

  it('is told once when it is created, and once when its spec is changed', async () => {
    expect(await during(create({ name: 'told' }))).toEqual([`CREATE ${resource} told`]);
    expect(await during(edit('told', edits[kind]))).toEqual([`UPDATE ${resource} told`]);
    expect(await during(edit('told', edits[kind]))).toEqual([]);
  });

  it('is told with a dry run marked as one', async () => {
    const from = webhook.calls.length;
    await api.create(`${pathOf(kind)}?dryRun=All`, workload(kind, { name: 'tried' }));
    expect(webhook.calls.slice(from)).toMatchObject([{ webhook: 'workloads', dryRun: true }]);
  });

  it('is told to nobody when anything else of it is changed', async () => {
    await create({ name: 'kept' })();
    for (const metadata of [
      { labels: { 'example.org/a': 'b' } },
      { annotations: { 'image-config.toolforge.org/a': 'b' } },
      { finalizers: ['example.org/kept'] },
      { finalizers: null },
    ])
      expect(await during(edit('kept', { metadata })), JSON.stringify(metadata)).toEqual([]);
  });

  it('is told to nobody when a controller made it', async () => {
    const metadata = { name: 'made', ownerReferences: [{ ...owner, controller: true }] };
    expect(await during(create(metadata))).toEqual([]);
    expect(await during(edit('made', edits[kind]))).toEqual([]);
  });

  it('is told when its owners control nothing', async () => {
    const ownerReferences = [owner, { ...owner, controller: false }];
    expect(await during(create({ name: 'owned', ownerReferences }))).toEqual([`CREATE ${resource} owned`]);
  });

  it('is told to nobody when it is deleted', async () => {
    await create({ name: 'gone' })();
    expect(await during(() => api.remove(`${pathOf(kind)}/gone`))).toEqual([]);
  });

  it('is taken while nobody answers', async () => {
    await webhook.stopListening();
    try {
      expect(await during(create({ name: 'unheard' }))).toEqual([]);
      expect(await during(edit('unheard', edits[kind]))).toEqual([]);
    } finally {
      await webhook.listenAgain();
    }
  });
});

it('a workload is told though it is as large as an object may be', async () => {
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

describe('what controllers do', () => {
  const get = (kind: ReviewedWorkloadKind, name: string): Promise<Json> => api.get(`${pathOf(kind)}/${name}`);
  const create = (kind: ReviewedWorkloadKind, name: string, spec: Json): Promise<Json> => {
    const object = workload(kind, { name });
    return api.create(pathOf(kind), { ...object, spec: { ...object.spec, ...spec } });
  };

  it('is told to nobody: a Deployment is rolled out, scaled, and adopts what was left', async () => {
    /** Also of the Deployments before it, of which each takes over what the last one left. */
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
  ])('is told to nobody: a %s gets its Pod', async (kind, spec, settled) => {
    const name = 'settling';
    const calls = await during(async () => {
      await create(kind, name, spec);
      await until(async () => settled((await get(kind, name)).status), `the status of the ${kind}`);
    });
    expect(calls).toEqual([`CREATE ${pluralOf(kind)} ${name}`]);
  });

  it('is told to nobody: a Job ends', async () => {
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

  it('is told to nobody: a CronJob gets a Job, by somebody who does not wait for its time', async () => {
    const calls = await during(async () => {
      await create('CronJob', 'nightly', {});
      await kubectl('create', 'job', 'now', '--from=cronjob/nightly');
      await until(async () => (await get('Job', 'now')).status.active === 1, 'its Job');
    });
    expect(calls).toEqual(['CREATE cronjobs nightly']);
  });
});

describe('what kubectl does without a change of the spec', () => {
  it.each([
    ['apply', ['apply']],
    ['server-side apply', ['apply', '--server-side', '--force-conflicts']],
  ])('is told to nobody: %s, again', async (verb, apply) => {
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
  it.each(scalable)('is told to nobody: scale, of a %s', async (kind) => {
    await api.create(pathOf(kind), workload(kind, { name: 'scaled' }));
    expect(await during(() => kubectl('scale', `${pluralOf(kind)}/scaled`, '--replicas=1'))).toEqual([]);
  });
});

describe('a workload of no tool', () => {
  it.each(uncoveredNamespaces)('is told to nobody in %s, whatever its labels', async (namespace, labels) => {
    await using _ = await api.labelNamespace(namespace, labels);
    for (const kind of reviewedWorkloadKinds) {
      const object = workload(kind, { name: 'outside', labels: { tenancy: 'tool', toolforge: 'tool' } });
      expect(await during(() => api.create(pathOf(kind, namespace), object)), kind).toEqual([]);
      await api.remove(`${pathOf(kind, namespace)}/outside`);
    }
  });
});
