import type { Random } from '../../support/random.ts';
import type { PlainEntry } from '../oracle/images.ts';
import type { Json } from '../oracle/json.ts';
import { spoilt } from './json.ts';
import { anyPod, earlier, ranBefore } from './pods.ts';

/** A review of a Pod, as the API server sends it or never would. */
export function podReview(catalog: readonly PlainEntry[], random: Random): Json {
  const object = anyPod(catalog, random);
  const ephemeral = random.chance(6);
  const operation = ephemeral || random.chance(2) ? 'UPDATE' : 'CREATE';
  const request = {
    kind: { group: '', version: 'v1', kind: 'Pod' },
    resource: { group: '', version: 'v1', resource: 'pods' },
    ...(ephemeral && { subResource: 'ephemeralcontainers' }),
    operation,
    object,
    oldObject: operation === 'UPDATE' ? old(object, catalog, random) : null,
  };
  return sometimesSpoilt(
    review(random.chance(30) ? { ...request, ...misdirected(random) } : request, random),
    random,
  );
}

const old = (object: Json, catalog: readonly PlainEntry[], random: Random): Json =>
  random.chance(3) ? ranBefore(object, catalog, random) : earlier(object, catalog, random);

/** A review of a workload. */
export function workloadReview(catalog: readonly PlainEntry[], random: Random): Json {
  const [group, resource, kind] = random.of(WORKLOADS);
  const template = anyPod(catalog, random);
  if (random.chance(8)) template.metadata = random.of([null, undefined]);
  const spec = kind === 'CronJob' ? { jobTemplate: { spec: { template } } } : { template };
  const ownerReferences = random.of([
    null,
    [],
    [{ controller: false }, {}],
    [{ controller: null }, { controller: true }],
  ]);
  const metadata = { name: 'a-workload', ...(random.chance(4) && { ownerReferences }) };
  const request = {
    kind: { group, version: 'v1', kind },
    resource: { group, version: 'v1', resource },
    operation: random.of(['CREATE', 'UPDATE']),
    object: { metadata, spec },
  };
  return sometimesSpoilt(
    review(random.chance(30) ? { ...request, ...misdirected(random) } : request, random),
    random,
  );
}

const WORKLOADS = [
  ['apps', 'deployments', 'Deployment'],
  ['apps', 'deployments', 'Deployment'],
  ['apps', 'statefulsets', 'StatefulSet'],
  ['apps', 'daemonsets', 'DaemonSet'],
  ['apps', 'replicasets', 'ReplicaSet'],
  ['batch', 'jobs', 'Job'],
  ['batch', 'cronjobs', 'CronJob'],
] as const;

export const review = (request: Json, random: Random): Json => ({
  kind: 'AdmissionReview',
  apiVersion: 'admission.k8s.io/v1',
  request: {
    uid: random.chance(10) ? random.of(UIDS) : '705ab4f5-6393-11e8-b7cc-42010a800002',
    namespace: random.chance(6) ? random.of(NAMESPACES) : 'tool-wikibugs',
    userInfo: random.chance(10)
      ? random.of([null, {}, { username: null }])
      : { username: 'wikibugs', groups: ['toolforge'] },
    ...(random.chance(6) && { dryRun: random.of([true, false, null]) }),
    ...(random.chance(3) && { options: null, name: random.of([null, '', 'a-pod']) }),
    ...request,
  },
});

const UIDS = [
  '0',
  ' ',
  'é',
  '"\\',
  '\u0000',
  '\ud800',
  '<script>',
  '__proto__',
  'u'.repeat(10_000),
  '\u2028',
];
const NAMESPACES = [null, '', 'tf-public', 'x'.repeat(5_000), '\u001b[31m', '../..'];

/** Reviews that the webhook's rules exclude. */
const misdirected = (random: Random): Json =>
  random.of<Json>([
    { operation: random.of(['DELETE', 'CONNECT']) },
    { operation: 'DELETE', object: null },
    { operation: 'CREATE', subResource: 'ephemeralcontainers' },
    { subResource: random.of(['status', 'exec', 'eviction', '', null, 'EphemeralContainers']) },
    { kind: { group: 'apps', version: 'v1', kind: 'Deployment' } },
    { kind: { version: 'v1', kind: 'Eviction' } },
    { resource: { group: 'apps', version: 'v1', resource: 'deployments' } },
    { resource: { group: 'metrics.k8s.io', version: 'v1', resource: 'pods' } },
    { resource: { group: null, resource: 'pods' } },
    { resource: { resource: 'configmaps' } },
    { oldObject: null },
    { object: null },
  ]);

/** The review with one value replaced by an invalid one. */
export const sometimesSpoilt = (whole: Json, random: Random): Json =>
  random.chance(10) ? spoilt(whole, random) : whole;
