import { describe, expect, test } from 'vitest';
import { BadReview } from '../../src/admission/decode.ts';
import { decodeReview } from '../../src/admission/review.ts';
import { podReview, UID } from '../support/reviews.ts';

const request = podReview({ a: 1 }).request;
const review = (changes: Record<string, unknown>) => ({ ...podReview({}), ...changes });

describe('a review', () => {
  test('is read; other fields are ignored', () => {
    expect(decodeReview(podReview({ a: 1 }, { name: 'x', dryRun: true, unheard: { of: [] } }))).toEqual({
      uid: UID,
      operation: 'CREATE',
      kind: { group: '', kind: 'Pod' },
      resource: { group: '', resource: 'pods' },
      subResource: undefined,
      namespace: 'tool-wikibugs',
      name: 'x',
      username: 'wikibugs',
      dryRun: true,
      object: { a: 1 },
      oldObject: undefined,
    });
  });

  test('may lack the fields that Go leaves out, or have null for them', () => {
    const empty = { kind: { kind: 'Pod' }, resource: { resource: 'pods' }, uid: 'u', operation: 'DELETE' };
    const plain = {
      uid: 'u',
      operation: 'DELETE',
      kind: { group: '', kind: 'Pod' },
      resource: { group: '', resource: 'pods' },
      subResource: undefined,
      namespace: undefined,
      name: undefined,
      username: undefined,
      dryRun: false,
      object: undefined,
      oldObject: undefined,
    };
    const nulls = {
      subResource: null,
      namespace: null,
      name: '',
      userInfo: null,
      dryRun: null,
      object: null,
    };
    expect(decodeReview(review({ request: empty }))).toEqual(plain);
    expect(decodeReview(review({ request: { ...empty, ...nulls } }))).toEqual(plain);
  });
});

describe('a body that is no review is rejected with the reason', () => {
  test.each([
    [null, 'the body should be an object, and is null'],
    [[podReview({})], 'the body should be an object, and is a list'],
    ['AdmissionReview', 'the body should be an object, and is "AdmissionReview"'],
    [{}, 'kind should be AdmissionReview, and is missing'],
    [review({ kind: 'PodReview' }), 'kind should be AdmissionReview, and is "PodReview"'],
    [review({ kind: ['AdmissionReview'] }), 'kind should be AdmissionReview, and is a list'],
    [review({ apiVersion: undefined }), 'apiVersion should be admission.k8s.io/v1, and is missing'],
    [review({ apiVersion: 'v1' }), 'apiVersion should be admission.k8s.io/v1, and is "v1"'],
    [
      review({ apiVersion: 'admission.k8s.io/v1beta1' }),
      'this AdmissionReview is of admission.k8s.io/v1beta1, and only admission.k8s.io/v1 is answered: ' +
        'set admissionReviewVersions: [v1] in the webhook configuration',
    ],
    [
      review({ request: undefined, response: { uid: 'x', allowed: true } }),
      'the AdmissionReview has no request: it may be an answer, not a question',
    ],
    [review({ request: null }), 'the AdmissionReview has no request: it may be an answer, not a question'],
    [review({ request: 'x' }), 'request should be an object, and is "x"'],
    [review({ request: { ...request, uid: undefined } }), 'request.uid is missing'],
    [review({ request: { ...request, uid: '' } }), 'request.uid is empty'],
    [review({ request: { ...request, uid: 7 } }), 'request.uid should be a string, and is 7'],
    [
      review({ request: { ...request, operation: 'PATCH' } }),
      'request.operation should be one of CREATE, UPDATE, DELETE, CONNECT, and is "PATCH"',
    ],
    [review({ request: { ...request, operation: undefined } }), 'request.operation is missing'],
    [
      review({ request: { ...request, resource: 'pods' } }),
      'request.resource should be an object, and is "pods"',
    ],
    [review({ request: { ...request, resource: {} } }), 'request.resource.resource is missing'],
    [
      review({ request: { ...request, kind: { kind: null } } }),
      'request.kind.kind should be a string, and is null',
    ],
    [
      review({ request: { ...request, dryRun: 'no' } }),
      'request.dryRun should be true or false, and is "no"',
    ],
    [
      review({ request: { ...request, userInfo: { username: {} } } }),
      'request.userInfo.username should be a string, and is an object',
    ],
    [
      JSON.parse('{"__proto__": {"kind": "AdmissionReview"}}'),
      'kind should be AdmissionReview, and is missing',
    ],
    [
      review({ kind: `\u001b[31m\n${'x'.repeat(100_000)}` }),
      `kind should be AdmissionReview, and is "\uFFFD[31m\uFFFD${'x'.repeat(73)}…"`,
    ],
  ])('%#: %j', (body, message) => {
    expect(() => decodeReview(body)).toThrow(new BadReview(message));
  });
});
