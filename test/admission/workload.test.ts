import { describe, expect, test } from 'vitest';
import { BadReview } from '../../src/admission/decode.ts';
import type { AdmissionRequest } from '../../src/admission/review.ts';
import {
  decodeWorkload,
  readWorkloadChange,
  reviewedWorkloadKinds,
  workloadKindOf,
} from '../../src/admission/workload.ts';
import { podOf, podRequest, workloadOf, workloadRequest } from '../support/reviews.ts';
import { imageWebhook } from '../support/webhooks.ts';

const pod = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'b' }] } };

describe.each(reviewedWorkloadKinds)('a %s', (kind) => {
  test('is recognized by its resource, in its API group alone', () => {
    expect(workloadKindOf(workloadRequest(kind, null))).toBe(kind);
    const resource = { group: 'example.org', version: 'v1', resource: `${kind.toLowerCase()}s` };
    expect(workloadKindOf(podRequest(null, { resource }))).toBeUndefined();
  });

  test('has the template of its Pods', () => {
    expect(decodeWorkload(kind, workloadOf(kind, pod), 'object')).toEqual({
      controlled: false,
      template: pod,
    });
  });

  test('may have null, or nothing, for empty fields', () => {
    for (const metadata of [null, undefined, {}]) {
      const object = workloadOf(kind, { metadata, spec: { containers: null } }, { ownerReferences: null });
      expect(decodeWorkload(kind, object, 'object')).toEqual({
        controlled: false,
        template: { metadata: metadata ?? {}, spec: { containers: null } },
      });
    }
  });

  test.each([
    [undefined, false],
    [[], false],
    [[{ kind: 'ConfigMap' }, { controller: null }, { controller: false }], false],
    [[{ controller: false }, { controller: true }], true],
  ])('with the owners %j is controlled: %s', (ownerReferences, controlled) => {
    expect(decodeWorkload(kind, workloadOf(kind, pod, { ownerReferences }), 'object').controlled).toBe(
      controlled,
    );
  });
});

test.each(['pods', 'constructor', '__proto__', 'deployment', 'Deployments', 'replicationcontrollers'])(
  'workloadKindOf knows no resource %s',
  (resource) => {
    for (const group of ['apps', 'batch', ''])
      expect(workloadKindOf(podRequest(null, { resource: { group, resource } }))).toBeUndefined();
  },
);

describe('an invalid object', () => {
  test.each([
    ['Deployment', undefined, 'object should be an object, and is missing'],
    ['Deployment', {}, 'object.metadata is missing'],
    ['Deployment', { metadata: {} }, 'object.spec is missing'],
    ['Deployment', { metadata: {}, spec: {} }, 'object.spec.template is missing'],
    [
      'Job',
      { metadata: {}, spec: { template: null } },
      'object.spec.template should be an object, and is null',
    ],
    ['Job', { metadata: {}, spec: { template: {} } }, 'object.spec.template.spec is missing'],
    ['CronJob', workloadOf('Job', pod), 'object.spec.jobTemplate is missing'],
    ['CronJob', { metadata: {}, spec: { jobTemplate: {} } }, 'object.spec.jobTemplate.spec is missing'],
    [
      'CronJob',
      { metadata: {}, spec: { jobTemplate: { spec: [] } } },
      'object.spec.jobTemplate.spec should be an object, and is a list',
    ],
    [
      'DaemonSet',
      workloadOf('DaemonSet', { metadata: { labels: { a: 1 } }, spec: {} }),
      'object.spec.template.metadata.labels.a should be a string, and is 1',
    ],
    [
      'StatefulSet',
      workloadOf('StatefulSet', { spec: { containers: [{ image: 3.9 }] } }),
      'object.spec.template.spec.containers[0].image should be a string, and is 3.9',
    ],
    [
      'ReplicaSet',
      workloadOf('ReplicaSet', pod, { ownerReferences: [{ controller: 'true' }] }),
      'object.metadata.ownerReferences[0].controller should be true or false, and is "true"',
    ],
    [
      'ReplicaSet',
      workloadOf('ReplicaSet', pod, { ownerReferences: {} }),
      'object.metadata.ownerReferences should be a list, and is an object',
    ],
  ] as const)('is refused by the field: %s %j', (kind, object, message) => {
    expect(() => decodeWorkload(kind, object, 'object')).toThrow(new BadReview(message));
  });
});

const webhook = imageWebhook('/warn-workloads');
const read = (request: AdmissionRequest) => readWorkloadChange(request, webhook);

const web = podOf({ web: 'python3.11' }, { labels: { 'app.kubernetes.io/managed-by': 'webservice' } });

describe.each(reviewedWorkloadKinds)('a review of a %s', (kind) => {
  const object = workloadOf(kind, web);

  test('treats all images of the template as new, and has the client of its label', () => {
    for (const operation of ['CREATE', 'UPDATE']) {
      const change = read(workloadRequest(kind, object, { operation, oldObject: object }));
      expect(change).toMatchObject({ kind, pod: web, client: 'webservice' });
      expect(
        'seen' in change && change.seen({ list: 'containers', name: 'web', image: 'python3.11', at: '/' }),
      ).toBe(false);
    }
  });

  test('is read without its old object, which may be anything', () => {
    for (const oldObject of [null, {}, [], 'x', workloadOf(kind, { spec: 1 })])
      expect(read(workloadRequest(kind, object, { operation: 'UPDATE', oldObject }))).toMatchObject({
        kind,
      });
  });

  test('leaves the workload alone if a controller made it', () => {
    const owned = workloadOf(kind, web, { ownerReferences: [{ controller: true }] });
    expect(read(workloadRequest(kind, owned))).toMatchObject({
      untouched: 'its controller has a template of its own',
      pod: web,
    });
  });

  test.each(['DELETE', 'CONNECT'])('leaves the workload alone if the operation is %s', (operation) => {
    expect(read(workloadRequest(kind, null, { operation }))).toEqual({
      untouched: `${operation} changes no image`,
    });
  });
});

describe('a review that no rule of the webhook should send', () => {
  const scale = { kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' }, subResource: 'scale' };
  test.each([
    [
      'Deployment',
      { ...scale, operation: 'UPDATE' },
      'UPDATE of "deployments/scale" in API group "apps", kind "Scale"',
    ],
    [
      'Job',
      { subResource: 'status', operation: 'UPDATE' },
      'UPDATE of "jobs/status" in API group "batch", kind "Job"',
    ],
    [
      'Pod',
      { resource: { group: '', resource: 'pods' } },
      'CREATE of "pods" in the core API group, kind "Pod"',
    ],
    [
      'Job',
      { resource: { group: 'apps', resource: 'jobs' } },
      'CREATE of "jobs" in API group "apps", kind "Job"',
    ],
    [
      'Deployment',
      { kind: { group: 'apps', kind: 'ReplicaSet' } },
      'CREATE of "deployments" in API group "apps", kind "ReplicaSet"',
    ],
  ])('is answered with the rules to correct: %s %j', (kind, request, what) => {
    expect(() => read(workloadRequest(kind, workloadOf(kind, web), request))).toThrow(
      new BadReview(
        '/warn-workloads is for deployments, statefulsets, daemonsets, replicasets (CREATE, UPDATE) and ' +
          `jobs, cronjobs (CREATE, UPDATE), and got ${what}: correct the rules of the ValidatingWebhookConfiguration that sent it`,
      ),
    );
  });
});

test('a review of a kind that the row of the webhook does not list is refused, unless it changes no image', () => {
  const rules = [{ apiGroup: 'apps', resources: ['deployments'], operations: ['CREATE'] }] as const;
  const deployments = { ...webhook, path: '/a', rules };
  const answer = (request: AdmissionRequest) => readWorkloadChange(request, deployments);
  expect(answer(workloadRequest('Deployment', workloadOf('Deployment', web)))).toMatchObject({ pod: web });
  expect(() => answer(workloadRequest('Job', workloadOf('Job', web)))).toThrow(
    new BadReview(
      '/a is for deployments (CREATE), and got CREATE of "jobs" in API group "batch", kind "Job": ' +
        'correct the rules of the ValidatingWebhookConfiguration that sent it',
    ),
  );
  const update = { operation: 'UPDATE' };
  expect(() => answer(workloadRequest('Deployment', workloadOf('Deployment', web), update))).toThrow(
    BadReview,
  );
  expect(answer(workloadRequest('Job', null, { operation: 'DELETE' }))).toEqual({
    untouched: 'DELETE changes no image',
  });
});
