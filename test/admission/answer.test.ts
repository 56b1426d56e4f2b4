import { describe, expect, test } from 'vitest';
import {
  type Answer,
  answerOversized,
  answerReview,
  type Handler,
  NotReady,
  rejected,
  type Serving,
} from '../../src/admission/answer.ts';
import { BadReview } from '../../src/admission/decode.ts';
import { allowed, denied, patched, type Verdict } from '../../src/admission/verdict.ts';
import { podReview, UID } from '../support/reviews.ts';

const bytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const review = podReview({ metadata: {} }, { name: 'a-pod' });
const about = {
  uid: UID,
  operation: 'CREATE',
  resource: 'pods',
  namespace: 'tool-wikibugs',
  name: 'a-pod',
  dryRun: false,
};
const never: Handler = () => expect.unreachable();

/** A whole answer in plain text. */
const text = (status: number, verdict: string, message: string, facts = {}): Answer =>
  ({
    status,
    contentType: 'text/plain; charset=utf-8',
    body: `${message}\n`,
    facts: { verdict, reason: message, ...facts },
  }) as Answer;

const json = (response: object, facts: object) => ({
  status: 200,
  contentType: 'application/json',
  body: JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response }),
  facts,
});

describe('the answer to the verdict', () => {
  test('allowed has the uid of the review', () => {
    expect(answerReview(bytes(review), () => allowed(['w']))).toEqual(
      json({ uid: UID, allowed: true, warnings: ['w'] }, { verdict: 'allowed', ...about }),
    );
  });

  test('denied gives the log the first line of the message', () => {
    const request = {
      ...review.request,
      subResource: 'status',
      namespace: '',
      name: undefined,
      dryRun: true,
    };
    const parts = [
      { field: 'spec', text: 'line 1', code: 'one' },
      { field: 'spec', text: 'line 2', code: 'two' },
    ];
    expect(answerReview(bytes({ ...review, request }), () => denied(parts))).toEqual(
      json(
        {
          uid: UID,
          allowed: false,
          status: {
            code: 422,
            message: 'line 1\nline 2',
            details: {
              causes: [
                { field: 'spec', message: 'line 1' },
                { field: 'spec', message: 'line 2' },
              ],
            },
          },
        },
        {
          verdict: 'denied',
          uid: UID,
          operation: 'CREATE',
          resource: 'pods/status',
          dryRun: true,
          reason: 'line 1',
          codes: ['one', 'two'],
        },
      ),
    );
  });

  test('the audit log gets the uid, the digest of the catalog, and the codes of a denial', () => {
    const auditOf = (verdict: Verdict, serving: Serving) =>
      JSON.parse(answerReview(bytes(review), () => verdict, serving).body).response.auditAnnotations;
    const parts = ['a', 'b', 'a', undefined].map((code) => ({
      field: 'spec',
      text: 'no',
      ...(code && { code }),
    }));
    expect(auditOf(allowed(), { catalog: 'sha256:ab', enforce: true })).toEqual({
      uid: UID,
      catalog: 'sha256:ab',
    });
    expect(auditOf(denied(parts), { catalog: undefined, enforce: true })).toEqual({ uid: UID, codes: 'a,b' });
    expect(auditOf(denied(parts), { catalog: 'sha256:ab', enforce: false })).toEqual({
      uid: UID,
      catalog: 'sha256:ab',
      codes: 'a,b',
    });
  });

  describe('in observe mode', () => {
    const observing = { catalog: undefined, enforce: false };

    test('allows what is denied, with its reasons as warnings before the others', () => {
      const parts = [{ field: 'spec', text: 'too many', code: 'too-many-containers' }];
      const answer = answerReview(bytes(review), () => denied(parts, { warnings: ['w'] }), observing);
      expect(JSON.parse(answer.body).response).toEqual({
        uid: UID,
        allowed: true,
        warnings: ['would be denied: too many', 'w'],
        auditAnnotations: { uid: UID, codes: 'too-many-containers' },
      });
      expect(answer.facts).toMatchObject({
        verdict: 'allowed',
        reason: 'too many',
        codes: ['too-many-containers'],
      });
    });

    test('checks a patch that takes the place of a denial', () => {
      const instead = patched([{ op: 'remove', path: '/metadata/a' }]);
      const answer = answerReview(bytes(review), () => denied([], { instead }), observing);
      expect(answer).toMatchObject({ status: 500, facts: { verdict: 'failed' } });
    });
  });

  test('patched has the patch', () => {
    const patch = 'W3sib3AiOiJhZGQiLCJwYXRoIjoiL21ldGFkYXRhL2EiLCJ2YWx1ZSI6MX1d';
    expect(
      answerReview(bytes(review), () => patched([{ op: 'add', path: '/metadata/a', value: 1 }])),
    ).toEqual(
      json({ uid: UID, allowed: true, patchType: 'JSONPatch', patch }, { verdict: 'patched', ...about }),
    );
  });

  test.each(['\u0000', '"\\', '\ud800', '</script>', '__proto__', 'é'.repeat(5_000)])(
    'allowed has the uid %j unchanged',
    (uid) => {
      const { body } = answerReview(bytes({ ...review, request: { ...review.request, uid } }), () =>
        allowed(),
      );
      // Half a surrogate pair has no UTF-8 form: JSON.stringify escapes it, and the escape is the same on the way back.
      expect(JSON.parse(body).response.uid).toBe(uid);
    },
  );
});

describe('a body that is no review is answered with HTTP 400, without a call of the handler', () => {
  test.each([
    ['', 'the body is empty, and should be an AdmissionReview in JSON'],
    [' \n', 'the body is blank, and should be an AdmissionReview in JSON'],
    [
      JSON.stringify(review).slice(0, 150),
      'the body ends within its JSON, after 150 characters: it was cut short',
    ],
    [
      JSON.stringify(review).slice(0, -1),
      /^the body ends within its JSON, after \d+ characters: it was cut short$/,
    ],
    ['{"a"', 'the body ends within its JSON, after 4 characters: it was cut short'],
    ['{"a":"b', 'the body ends within its JSON, after 7 characters: it was cut short'],
    ['kind: AdmissionReview', 'the body is not JSON'],
    ['{"a": 1}}', 'the body is not JSON (at character 9)'],
    ['{"secret": hunter2}', /^the body is not JSON(?: \(at character 12\))?$/],
    ['"AdmissionReview"', 'the body should be an object, and is "AdmissionReview"'],
    ['null', 'the body should be an object, and is null'],
    ['[]', 'the body should be an object, and is a list'],
    ['{"kind":"Status","apiVersion":"v1"}', 'kind should be AdmissionReview, and is "Status"'],
    [
      { ...review, apiVersion: 'admission.k8s.io/v1beta1' },
      /^this AdmissionReview is of admission\.k8s\.io\/v1beta1/,
    ],
    [{ ...review, request: { ...review.request, uid: undefined } }, 'request.uid is missing'],
    ['['.repeat(100_000), 'the body is nested deeper than 10000 levels'],
    [`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`, 'the body is nested deeper than 10000 levels'],
  ])('%#: %.60j', (body, message) => {
    const answer = answerReview(bytes(body), never);
    if (typeof message === 'string') expect(answer).toEqual(text(400, 'rejected', message));
    else expect(answer.facts.reason).toMatch(message);
    expect(answer.status).toBe(400);
    expect(answer.body).not.toContain('hunter2');
  });

  test.each([
    ['a lone byte', [0xff]],
    ['half a character', [...bytes('{"kind":"Pod€').slice(0, -1)]],
    ['Latin-1', [...bytes('{"kind":"'), 0xe9, ...bytes('"}')]],
    ['an encoded surrogate', [...bytes('{"kind":"'), 0xed, 0xa0, 0x80, ...bytes('"}')]],
    ['an overlong slash', [...bytes('{"kind":"'), 0xc0, 0xaf, ...bytes('"}')]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00]],
  ])('%s, which is not UTF-8', (_, body) => {
    expect(answerReview(Uint8Array.from(body), never)).toEqual(
      text(400, 'rejected', 'the body is not valid UTF-8, so it is no JSON'),
    );
  });

  test('a BadReview of the handler is HTTP 400, too, and the log has the facts of the request', () => {
    const handle = () => {
      throw new BadReview('not for this path');
    };
    expect(answerReview(bytes(review), handle)).toEqual(text(400, 'rejected', 'not for this path', about));
  });
});

describe('a body with deep nesting', () => {
  const nested = (depth: number) =>
    JSON.stringify(review).replace(
      '"metadata":{}',
      `"metadata":{"x":${'['.repeat(depth)}${']'.repeat(depth)}}`,
    );

  test('is parsed if it is as deep as an API server writes', () => {
    expect(answerReview(bytes(nested(9_990)), () => allowed()).status).toBe(200);
    const brackets = podReview({ metadata: { x: '[{'.repeat(50_000), y: '\\"[' } });
    expect(answerReview(bytes(brackets), () => allowed()).status).toBe(200);
  });

  test('is rejected before the JSON is parsed if it is deeper', () => {
    expect(answerReview(bytes(nested(1_000_000)), never)).toEqual(
      text(400, 'rejected', 'the body is nested deeper than 10000 levels'),
    );
  });
});

describe('a bug is answered with HTTP 500, so that the failure policy decides', () => {
  test('the log gets the error, and the client does not', () => {
    const error = new TypeError('inside of ours');
    const handle = () => {
      throw error;
    };
    expect(answerReview(bytes(review), handle)).toEqual(
      text(500, 'failed', 'a fault within image-config-admission; its log says more', { ...about, error }),
    );
  });

  test('a missing catalog is HTTP 500, too, with its message', () => {
    const handle = () => {
      throw new NotReady('no catalog has been read yet');
    };
    expect(answerReview(bytes(review), handle)).toEqual(
      text(500, 'failed', 'no catalog has been read yet', about),
    );
  });

  test('a patch that does not apply is HTTP 500, too', () => {
    const answer = answerReview(bytes(review), () => patched([{ op: 'remove', path: '/metadata/a' }]));
    expect(answer).toMatchObject({
      status: 500,
      facts: { verdict: 'failed', error: new Error('JSON Patch: nothing to remove at /metadata/a') },
    });
  });
});

describe('a review that is too large', () => {
  const beginning = (uid: string, rest = ',"kind":{"group":""') =>
    `{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":${JSON.stringify(uid)}${rest}`;
  const message = (size: string) =>
    `this object is too large for image-config-admission: its AdmissionReview has ${size}. ` +
    'Make it smaller: a review of an update carries it twice, with each <, > and & as six bytes';
  const denial = (uid: string, size: string) =>
    json(
      {
        uid,
        allowed: false,
        status: {
          code: 422,
          message: message(size),
          details: { causes: [{ field: 'object', message: message(size) }] },
        },
      },
      { verdict: 'denied', uid, reason: message(size), codes: ['too-large'] },
    );

  test('is denied with its uid', () => {
    expect(answerOversized(bytes(beginning(UID)), 9_000_000, 8_388_608)).toEqual(
      denial(UID, '9000000 bytes, and at most 8388608 are read'),
    );
  });

  test('is denied, too, when its size is unknown', () => {
    expect(answerOversized(bytes(beginning(UID)), undefined, 8_388_608)).toEqual(
      denial(UID, 'more than 8388608 bytes'),
    );
  });

  test('is denied with its uid if it has spaces, its apiVersion first or an unusual uid', () => {
    const odd =
      '{ "apiVersion" : "admission.k8s.io/v1",\n"kind":\t"AdmissionReview", "request": {"uid": "a\\"\\u0000é"';
    for (const end of ['', ',', ',"kind":"€'])
      expect(answerOversized(bytes(odd + end), undefined, 8).facts).toMatchObject({
        verdict: 'denied',
        uid: 'a"\u0000é',
      });
    expect(answerOversized(bytes(beginning(UID, ',"x":"€')).slice(0, -1), undefined, 8).facts.uid).toBe(UID);
  });

  test.each([
    '',
    '\u0000',
    '['.repeat(4_096),
    ' '.repeat(4_096),
    '"request":{"uid":'.repeat(1_000),
    beginning('x').slice(0, -20),
    beginning(''),
    beginning('x').replace('"x"', '"\\x"'),
    beginning('x').replace('v1', 'v1beta1'),
    beginning('x').replace('"kind":"AdmissionReview",', ''),
    `{"object":${beginning('x')}`,
  ])('is answered with HTTP 413 if its uid is not where API servers write it: %#', (start) => {
    expect(answerOversized(bytes(start), undefined, 8_388_608)).toEqual(
      text(413, 'rejected', message('more than 8388608 bytes')),
    );
  });
});

test('a rejected request is answered in plain text', () => {
  expect(rejected(415, 'the content type should be application/json')).toEqual(
    text(415, 'rejected', 'the content type should be application/json'),
  );
});
