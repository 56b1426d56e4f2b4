import { describe, expect, test } from 'vitest';
import { BadReview } from '../../src/admission/decode.ts';
import type { AdmissionRequest } from '../../src/admission/review.ts';
import { reviewedWorkloadKinds } from '../../src/admission/workload.ts';
import { readWorkloadChange } from '../../src/admission/workload-change.ts';
import { podOf, workloadOf, workloadRequest } from '../support/reviews.ts';
import { imageWebhook } from '../support/webhooks.ts';

const webhook = imageWebhook('/warn-workloads');
const read = (request: AdmissionRequest) => readWorkloadChange(request, webhook);

const pod = podOf({ web: 'python3.11' }, { labels: { 'app.kubernetes.io/managed-by': 'webservice' } });

describe.each(reviewedWorkloadKinds)('a %s', (kind) => {
  const object = workloadOf(kind, pod);

  test('asks for the images of its template, all of them anew, and its label says who asks', () => {
    for (const operation of ['CREATE', 'UPDATE']) {
      const change = read(workloadRequest(kind, object, { operation, oldObject: object }));
      expect(change).toMatchObject({ kind, pod, client: 'webservice' });
      expect(
        'seen' in change && change.seen({ list: 'containers', name: 'web', image: 'python3.11', at: '/' }),
      ).toBe(false);
    }
  });

  test('is not asked what it was like before, which may be anything', () => {
    for (const oldObject of [null, {}, [], 'x', workloadOf(kind, { spec: 1 })])
      expect(read(workloadRequest(kind, object, { operation: 'UPDATE', oldObject }))).toMatchObject({
        kind,
      });
  });

  test('is left alone where a controller made it', () => {
    const owned = workloadOf(kind, pod, { ownerReferences: [{ controller: true }] });
    expect(read(workloadRequest(kind, owned))).toMatchObject({
      untouched: 'its controller has a template of its own',
      pod,
    });
  });

  test.each(['DELETE', 'CONNECT'])('is left alone by %s', (operation) => {
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
    expect(() => read(workloadRequest(kind, workloadOf(kind, pod), request))).toThrow(
      new BadReview(
        '/warn-workloads is for deployments, statefulsets, daemonsets, replicasets (CREATE, UPDATE) and ' +
          `jobs, cronjobs (CREATE, UPDATE), and got ${what}: correct the rules of the ValidatingWebhookConfiguration that sent it`,
      ),
    );
  });
});
