import type { Json } from '../../../test/support/reviews.ts';
import { type Client, create, forEach } from '../api.ts';
import { type ToolPod, template, toolPod } from './tool-pods.ts';

/** The numbers of objects to create. */
export interface Size {
  readonly pods: number;
  /** Deployments and their ReplicaSets, CronJobs and Jobs. */
  readonly templates: number;
  readonly tools: number;
}

export interface Population {
  /** Average size of a Pod as the API server sends it. */
  readonly podBytes: number;
  readonly milliseconds: number;
}

/** Calls in flight: the API server and etcd share two cores. */
const AT_ONCE = 24;

export const toolName = (number: number): string => `tool-bench-${String(number).padStart(4, '0')}`;

/** Creates namespaces of tools with their workloads. The controllers are off, so all objects are written directly. */
export async function populate(api: Client, { pods, templates, tools }: Size): Promise<Population> {
  const began = performance.now();
  const each = (count: number, work: (number: number) => Promise<unknown>) =>
    forEach(Array(count).keys(), AT_ONCE, work);
  await each(tools, (tool) => createNamespace(api, toolName(tool), { tenancy: 'tool' }));

  // Each webservice has a Deployment and a ReplicaSet, each CronJob a Job.
  const quarter = Math.floor(templates / 4);
  const sets: Owned[] = [];
  await each(quarter, async (number) => {
    const namespace = toolName(number % tools);
    sets[number] = await createWebservice(api, namespace, number);
  });
  const jobs: Owned[] = [];
  await each(quarter, async (number) => {
    const namespace = toolName((number * 7) % tools);
    jobs[number] = await createCronJob(api, namespace, number);
  });

  let podBytes = 0;
  await each(pods, async (number) => {
    // Half of them belong to webservices, a fifth to CronJobs, the rest have no owner.
    const share = number / pods;
    const owned =
      share < 0.5 ? sets[number % sets.length] : share < 0.7 ? jobs[number % jobs.length] : undefined;
    const namespace = owned?.namespace ?? toolName(number % tools);
    const pod = owned
      ? { ...owned.pod, owner: owned.owner, name: `${owned.owner.name}-${suffix(number)}` }
      : { ...imageOf(number, namespace), by: 'job' as const, name: `shell-${suffix(number)}` };
    const stored = await create(api, `/api/v1/namespaces/${namespace}/pods`, toolPod(pod));
    podBytes += JSON.stringify(stored).length;
  });
  return { podBytes: podBytes / pods, milliseconds: performance.now() - began };
}

/** Creates a namespace that is ready for Pods. */
export async function createNamespace(api: Client, name: string, labels: Json = {}): Promise<void> {
  await create(api, '/api/v1/namespaces', { metadata: { name, labels } });
  // A controller creates it, too, but later.
  const { status, body } = await api.send('POST', `/api/v1/namespaces/${name}/serviceaccounts`, {
    metadata: { name: 'default' },
  });
  if (status !== 201 && status !== 409) throw new Error(`no ServiceAccount in ${name}: ${body}`);
}

interface Owned {
  readonly namespace: string;
  readonly pod: ToolPod;
  readonly owner: Json;
}

async function createWebservice(api: Client, namespace: string, number: number): Promise<Owned> {
  const apps = `/apis/apps/v1/namespaces/${namespace}`;
  const name = `webservice-${number}`;
  const pod = { ...imageOf(number, namespace), by: 'webservice' as const, name };
  const inside = template(pod);
  const labels = inside.metadata.labels;
  const spec = { replicas: 0, selector: { matchLabels: labels }, template: inside };
  const deployment = await create(api, `${apps}/deployments`, { metadata: { name, labels }, spec });
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name, uid: deployment.metadata.uid };
  const set = await create(api, `${apps}/replicasets`, {
    metadata: { name: `${name}-6d8f9c7b5d`, labels, ownerReferences: [{ ...owner, controller: true }] },
    spec,
  });
  return { namespace, pod, owner: ownerReference('apps/v1', 'ReplicaSet', set) };
}

async function createCronJob(api: Client, namespace: string, number: number): Promise<Owned> {
  const batch = `/apis/batch/v1/namespaces/${namespace}`;
  const name = `nightly-${number}`;
  const pod = { ...imageOf(number, namespace), by: 'job' as const, name };
  const { spec, metadata } = template(pod);
  // The API server adds its own labels and selector to the template of a Job.
  const jobSpec = {
    template: { metadata: { annotations: metadata.annotations }, spec: { ...spec, restartPolicy: 'Never' } },
  };
  const cronJob = await create(api, `${batch}/cronjobs`, {
    metadata: { name },
    spec: { schedule: '0 3 * * *', suspend: true, jobTemplate: { spec: jobSpec } },
  });
  const job = await create(api, `${batch}/jobs`, {
    metadata: {
      name: `${name}-29384756`,
      ownerReferences: [{ ...ownerReference('batch/v1', 'CronJob', cronJob), controller: true }],
    },
    spec: jobSpec,
  });
  return { namespace, pod, owner: ownerReference('batch/v1', 'Job', job) };
}

const ownerReference = (apiVersion: string, kind: string, { metadata: { name, uid } }: Json): Json => ({
  apiVersion,
  kind,
  name,
  uid,
});

/** The image of a Pod, in cycles of twenty: two entries have most of them, one in twenty is deprecated, some are tools' own builds. */
function imageOf(number: number, namespace: string): Omit<ToolPod, 'name' | 'by'> {
  switch (number % 20) {
    case 0:
      return listed('python3.7');
    case 1:
    case 2:
    case 3:
      return { image: `tools-harbor.wmcloud.org/${namespace}/tool:latest` };
    case 4:
      return { ...listed('python3.9'), requested: 'tf-python39' };
    case 5:
    case 6:
      return listed('node16');
    case 7:
    case 8:
      return listed('php8.2');
    case 9:
    case 10:
    case 11:
    case 12:
      return listed('python3.11');
    default:
      return listed('php7.4');
  }
}

const listed = (name: string) => ({
  image: `docker-registry.tools.wmflabs.org/toolforge-${name.replace('.', '')}-sssd-web:latest`,
  canonical: name,
});

const suffix = (number: number): string => number.toString(36).padStart(5, '0');
