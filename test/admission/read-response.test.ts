import { describe, expect, it } from 'vitest';
import { BadReview } from '../../src/admission/decode.ts';
import { readResponse } from '../../src/admission/read-response.ts';
import { reviewText } from '../../src/admission/response.ts';
import { allowed, denied, patched, type Verdict } from '../../src/admission/verdict.ts';

describe('readResponse', () => {
  const verdicts: readonly Verdict[] = [
    allowed(),
    allowed(['container "a": é']),
    patched(
      [
        { op: 'add', path: '/spec/containers/0/image', value: 'registry.example.org/é:latest' },
        { op: 'remove', path: '/metadata/labels/a' },
      ],
      ['one', 'two'],
    ),
    denied(
      [
        { field: 'spec', text: 'too many' },
        { field: 'hint', text: 'fewer' },
      ],
      { warnings: ['one'] },
    ),
  ];

  it.each(verdicts.map((verdict) => [verdict.kind, verdict] as const))(
    'reads what reviewText writes of %s',
    (_, verdict) => {
      expect(readResponse(JSON.parse(reviewText('some-uid', verdict)))).toEqual({
        uid: 'some-uid',
        // The answer has no codes, nor what observe mode would answer.
        verdict: verdict.kind === 'denied' ? { ...verdict, codes: [], instead: allowed() } : verdict,
      });
    },
  );

  it.each([[undefined], [null], ['text'], [{}], [{ request: {} }], [{ request: {}, response: {} }]])(
    'is undefined for %j, which is no answer',
    (body) => expect(readResponse(body)).toBeUndefined(),
  );

  it('reads null as an absent field, as Go writes it', () => {
    const response = { uid: 'u', allowed: true, status: null, patch: null, warnings: null };
    expect(readResponse({ request: null, response })).toEqual({
      uid: 'u',
      verdict: { kind: 'allowed', warnings: [] },
    });
  });

  it('reads a denial without a message', () => {
    expect(readResponse({ response: { uid: 'u', allowed: false } })?.verdict).toEqual({
      codes: [],
      instead: allowed(),
      kind: 'denied',
      message: 'no message',
      causes: [],
      warnings: [],
    });
  });

  const patchOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');

  it.each([
    [{}, 'response.uid is missing'],
    [{ uid: 'u', allowed: 'yes' }, 'response.allowed should be true or false, and is "yes"'],
    [{ uid: 'u', allowed: true, warnings: 'none' }, 'response.warnings should be a list, and is "none"'],
    [{ uid: 'u', allowed: true, patch: 'e3' }, 'response.patch is no JSON in base64'],
    [{ uid: 'u', allowed: true, patch: patchOf({}) }, 'response.patch should be a list, and is an object'],
    [
      { uid: 'u', allowed: true, patch: patchOf([{ op: 'move', path: '/a' }]) },
      'response.patch[0].op should be one of add, remove, and is "move"',
    ],
    [{ uid: 'u', allowed: true, patch: patchOf([{ op: 'add' }]) }, 'response.patch[0].path is missing'],
    [{ uid: 'u', allowed: true, patch: patchOf([{ path: '/a' }]) }, 'response.patch[0].op is missing'],
  ])('says what is wrong with %j', (response, message) => {
    expect(() => readResponse({ response })).toThrow(new BadReview(message));
  });
});
