import { Buffer } from 'node:buffer';
import type { Verdict } from './verdict.ts';

/**
 * The AdmissionReview that answers, as JSON: the only place that knows the admission.k8s.io/v1 wire shape of an answer.
 * Written by hand, since of all its keys only the values differ from answer to answer.
 */
export const reviewText = (uid: string, verdict: Verdict): string =>
  `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":${JSON.stringify(uid)},` +
  `${judgement(verdict)}${warnings(verdict)}}}`;

function judgement(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'allowed':
      return '"allowed":true';
    case 'patched':
      return `"allowed":true,"patchType":"JSONPatch","patch":"${base64(JSON.stringify(verdict.operations))}"`;
    case 'denied':
      // `kubectl edit` shows only the causes of a 422, and every other client the message. No reason: with
      // `reason: Invalid` the other commands of kubectl would print the causes instead of the message.
      return (
        `"allowed":false,"status":{"code":422,"message":${JSON.stringify(verdict.message)},` +
        `"details":{"causes":${JSON.stringify(verdict.causes)}}}`
      );
  }
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

const warnings = ({ warnings: texts }: Verdict): string =>
  texts.length === 0 ? '' : `,"warnings":${JSON.stringify(texts)}`;
