import type { Answer } from '../../src/admission/answer.ts';
import { messagesOf } from '../support/causes.ts';
import { expectSame } from './fuzz.ts';
import { isObject, type Json } from './oracle/json.ts';
import { type ExpectedWarnings, faultOf } from './oracle/warnings.ts';

/** A webhook: a function from the bytes of a review to an answer. */
export type Webhook = (body: Uint8Array) => Answer;

/** Checks that hold for every answer. `uid` is that of the review; undefined if the body is no review. */
export function expectProperAnswer(
  { status, contentType, body, facts }: Answer,
  uid: string | undefined,
): void {
  if (uid === undefined) {
    expectSame(
      { status, contentType },
      { status: 400, contentType: 'text/plain; charset=utf-8' },
      'a refusal to read',
    );
    expectSame(facts.verdict, 'rejected', 'what is logged');
    expectLegible(body.trimEnd(), 1_000);
    return;
  }
  expectSame({ status, contentType }, { status: 200, contentType: 'application/json' }, 'an answer');
  const { response, ...review } = JSON.parse(body);
  expectSame(
    review,
    { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' },
    'the envelope of the answer',
  );
  expectSame(response.uid, uid, 'the uid');
  expectSame(facts.uid, uid, 'the uid that is logged');
  if (response.auditAnnotations) expectSame(response.auditAnnotations.uid, uid, 'the uid in the audit log');
  expectSame(facts.verdict, verdictOf(response), 'what is logged');
  expectWithinBudget(response.warnings);
}

/** Checks an answer by its own status, where it is not known whether the body is a review. */
export function expectAnyAnswer(answer: Answer, review: Json): void {
  expectProperAnswer(answer, answer.status === 200 ? uidOf(review) : undefined);
}

/** The verdict of a response. Throws if the response has unknown or inconsistent fields. */
export function verdictOf(response: Json): 'allowed' | 'patched' | 'denied' {
  const { allowed, status, patchType, patch } = response;
  const known = ['uid', 'allowed', 'status', 'patchType', 'patch', 'warnings', 'auditAnnotations'];
  expectSame(
    Object.keys(response).filter((field) => !known.includes(field)),
    [],
    'unknown fields',
  );
  if (allowed === true && patch !== undefined) {
    expectSame({ patchType, status }, { patchType: 'JSONPatch', status: undefined }, 'a patch');
    return 'patched';
  }
  expectSame({ patchType, patch }, { patchType: undefined, patch: undefined }, 'no patch');
  if (allowed === true) {
    expectSame(status, undefined, 'no status');
    return 'allowed';
  }
  expectSame(
    { allowed, code: status.code, fields: Object.keys(status), details: Object.keys(status.details) },
    { allowed: false, code: 422, fields: ['code', 'message', 'details'], details: ['causes'] },
    'a denial',
  );
  expectSameSaid(status);
  return 'denied';
}

/** The message and the causes have the same content: `kubectl edit` prints the causes alone, other clients the message. */
function expectSameSaid({ message, details: { causes } }: Json): void {
  for (const cause of causes) {
    expectSame(Object.keys(cause), ['field', 'message'], 'a cause');
    expectLegible(cause.field, 400);
  }
  if (!messagesOf(causes).includes(message))
    throw new Error(`the causes say something else: ${JSON.stringify({ message, causes })}`);
}

/** Warnings stay within the limits that clients show. */
function expectWithinBudget(warnings: Json): void {
  if (warnings === undefined) return;
  if (!Array.isArray(warnings) || warnings.length === 0)
    throw new Error('warnings: expected a list that is not empty');
  for (const warning of warnings) {
    if (Buffer.byteLength(warning) > 256) throw new Error(`a warning of ${Buffer.byteLength(warning)} bytes`);
    expectLegible(warning, 256);
    if (/^warning\b/i.test(warning)) throw new Error(`clients put the word before it: ${warning}`);
  }
  const all = Buffer.byteLength(warnings.join(''));
  if (all > 4_096) throw new Error(`warnings of ${all} bytes`);
  expectSame(new Set(warnings).size, warnings.length, 'each warning is given once');
}

function expectLegible(line: string, most: number): void {
  if (line === '' || line !== line.trim()) throw new Error(`blank at an end: ${JSON.stringify(line)}`);
  if (line.length > most) throw new Error(`${line.length} characters: ${JSON.stringify(line)}`);
  if (/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(line))
    throw new Error(`not to be shown: ${JSON.stringify(line)}`);
}

/** Compares all warnings, word for word and in order. */
export function expectWarnings(response: Json, expected: ExpectedWarnings): void {
  const fault = faultOf(response.warnings ?? [], expected);
  if (fault !== undefined) throw new Error(`the warnings: ${fault}`);
}

/** The uid that the answer must have; undefined if the body is no review. */
export const uidOf = (review: Json): string | undefined =>
  isObject(review) && isObject(review.request) ? review.request.uid : undefined;
