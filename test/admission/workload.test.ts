import { describe, expect, test } from 'vitest';
import { BadReview } from '../../src/admission/decode.ts';
import { decodeWorkload, reviewedWorkloadKinds, workloadKindOf } from '../../src/admission/workload.ts';
import { podRequest, workloadOf, workloadRequest } from '../support/reviews.ts';

const pod = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'b' }] } };

describe.each(reviewedWorkloadKinds)('a %s', (kind) => {
  test('is known by its resource, and no other of that name is', () => {
    expect(workloadKindOf(workloadRequest(kind, null))).toBe(kind);
    const resource = { group: 'example.org', version: 'v1', resource: `${kind.toLowerCase()}s` };
    expect(workloadKindOf(podRequest(null, { resource }))).toBeUndefined();
  });

  test('has its template where its Pods are made from', () => {
    expect(decodeWorkload(kind, workloadOf(kind, pod), 'object')).toEqual({
      controlled: false,
      template: pod,
    });
  });

  test('may have null, or nothing, for what Go leaves empty', () => {
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
  'no workload is called %s',
  (resource) => {
    for (const group of ['apps', 'batch', ''])
      expect(workloadKindOf(podRequest(null, { resource: { group, resource } }))).toBeUndefined();
  },
);

describe('an object that is none', () => {
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
