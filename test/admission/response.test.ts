import { expect, test } from 'vitest';
import { reviewText } from '../../src/admission/response.ts';
import { allowed, denied, patched, type Verdict } from '../../src/admission/verdict.ts';

const envelope = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' };
const toReview = (uid: string, verdict: Verdict) => JSON.parse(reviewText(uid, verdict));

test('allowed is the uid and allowed, and warnings where there are some', () => {
  expect(toReview('u', allowed())).toEqual({ ...envelope, response: { uid: 'u', allowed: true } });
  expect(toReview('u', allowed(['a', 'b']))).toEqual({
    ...envelope,
    response: { uid: 'u', allowed: true, warnings: ['a', 'b'] },
  });
});

test('denied is code 422 with the message and its parts as causes, and no reason', () => {
  const parts = [
    { field: 'data', text: 'two faults' },
    { field: 'node18.state', place: 'line 2, column 3', text: 'because\nof this' },
  ];
  expect(toReview('u', denied(parts, ['w']))).toEqual({
    ...envelope,
    response: {
      uid: 'u',
      allowed: false,
      status: {
        code: 422,
        message: 'two faults\nnode18.state (line 2, column 3): because\nof this',
        details: {
          causes: [
            { field: 'data', message: 'two faults' },
            { field: 'node18.state', message: 'line 2, column 3: because\nof this' },
          ],
        },
      },
      warnings: ['w'],
    },
  });
});

test('patched is the JSON Patch in base64, of UTF-8', () => {
  const { response } = toReview('u', patched([{ op: 'add', path: '/a', value: '€' }], ['w']));
  expect(response).toEqual({
    uid: 'u',
    allowed: true,
    patchType: 'JSONPatch',
    patch: 'W3sib3AiOiJhZGQiLCJwYXRoIjoiL2EiLCJ2YWx1ZSI6IuKCrCJ9XQ==',
    warnings: ['w'],
  });
});

test('an empty patch is allowed, without a patch or its type', () => {
  expect(toReview('u', patched([]))).toEqual({ ...envelope, response: { uid: 'u', allowed: true } });
});

test('outside text stays a value, whatever is in it', () => {
  const hostile = 'a"},"b":{\\\n\u2028';
  expect(toReview(hostile, denied([{ field: hostile, text: hostile }])).response).toEqual({
    uid: hostile,
    allowed: false,
    status: {
      code: 422,
      message: hostile,
      details: { causes: [{ field: hostile, message: hostile }] },
    },
  });
});
