import { Buffer } from 'node:buffer';
import { test } from 'vitest';
import type { AnswerFacts } from '../../../src/admission/answer.ts';
import type { Webhook } from '../answers.ts';
import { bytesFuzz } from '../bytes.ts';
import { expectNoticed } from './planting.ts';

/** The webhook reads other bytes. */
const reading =
  (change: (text: string, body: Uint8Array) => string) =>
  (webhook: Webhook): Webhook =>
  (body) =>
    webhook(Buffer.from(change(Buffer.from(body).toString(), body)));

/** Swaps the verdicts for a validated catalog. */
const verdicts =
  (from: AnswerFacts['verdict'], to: AnswerFacts['verdict'], response: object) =>
  (webhook: Webhook): Webhook =>
  (body) => {
    const answer = webhook(body);
    const { verdict, uid, resource } = answer.facts;
    const isChecked = resource === 'configmaps' && /sha256:|"warnings"/.test(answer.body);
    if (verdict !== from || !isChecked) return answer;
    const review = {
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid, ...response },
    };
    return { ...answer, body: JSON.stringify(review), facts: { ...answer.facts, verdict: to } };
  };

const faults: Readonly<Record<string, (webhook: Webhook) => Webhook>> = {
  'what is no UTF-8 is repaired': reading((text) => text),
  'what is cut short is completed': reading((text) => `${text}}`),
  'what follows is dropped': reading((text) => text.slice(0, text.lastIndexOf('}') + 1)),
  'of a repeated key the first counts': reading((text) =>
    text.replace(/("image":"[^"]*",)"image":"[^"]*"/, '$1"x":0'),
  ),
  'a mark of the byte order is an error': reading((text, body) => (body[0] === 0xef ? '' : text)),
  'NUL is skipped': reading((text) => text.replaceAll('\u0000', '')),
  'an edit that should be refused is let pass': verdicts('denied', 'allowed', { allowed: true }),
  'an edit that is good is refused': verdicts('allowed', 'denied', {
    allowed: false,
    status: {
      code: 422,
      message: 'planted',
      details: { causes: [{ field: 'planted', message: 'planted' }] },
    },
  }),
  'it crashes over what is deep': (webhook) => (body) => {
    depthOf(tryParse(body));
    return webhook(body);
  },
};

/** By recursion, as JSON.stringify has none in Node 26. */
const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

function tryParse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    return undefined;
  }
}

test.each(Object.entries(faults))('fuzzing of bytes notices a planted fault: %s', (_, faulty) =>
  expectNoticed(bytesFuzz(faulty), 3_000),
);
