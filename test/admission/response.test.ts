import { expect, test } from 'vitest';
import { reviewText } from '../../src/admission/response.ts';
import { allowed, denied, patched, type Verdict } from '../../src/admission/verdict.ts';

const envelope = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' };
const toReview = (uid: string, verdict: Verdict) => JSON.parse(reviewText(uid, verdict));

test('allowed has the uid, and warnings if there are any', () => {
  expect(toReview('u', allowed())).toEqual({ ...envelope, response: { uid: 'u', allowed: true } });
  expect(toReview('u', allowed(['a', 'b']))).toEqual({
    ...envelope,
    response: { uid: 'u', allowed: true, warnings: ['a', 'b'] },
  });
});

test('denied has code 422, the message and its parts as causes, and no reason', () => {
  const parts = [
    { field: 'data', text: 'two faults' },
    { field: 'node18.state', place: 'line 2, column 3', text: 'because\nof this' },
  ];
  expect(toReview('u', denied(parts, { warnings: ['w'] }))).toEqual({
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

test('patched has the JSON Patch as UTF-8 in base64', () => {
  const { response } = toReview('u', patched([{ op: 'add', path: '/a', value: '€' }], ['w']));
  expect(response).toEqual({
    uid: 'u',
    allowed: true,
    patchType: 'JSONPatch',
    patch: 'W3sib3AiOiJhZGQiLCJwYXRoIjoiL2EiLCJ2YWx1ZSI6IuKCrCJ9XQ==',
    warnings: ['w'],
  });
});

test('patched without operations has neither patch nor patchType', () => {
  expect(toReview('u', patched([]))).toEqual({ ...envelope, response: { uid: 'u', allowed: true } });
});

test('text from the request stays a JSON string, whatever its characters', () => {
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
