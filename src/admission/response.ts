import { Buffer } from 'node:buffer';
import type { Verdict } from './verdict.ts';

/**
 * The AdmissionReview of an answer as JSON. `readResponse` reads it again. It joins strings,
 * since the keys are the same in every answer.
 */
export const reviewText = (uid: string, verdict: Verdict, audit?: AuditFacts): string =>
  `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":${JSON.stringify(uid)},` +
  `${result(verdict)}${warnings(verdict)}${audit === undefined ? '' : auditAnnotations(uid, audit)}}}`;

/** What the API server's audit log gets of an answer, beside its uid, which is also in our log. */
export interface AuditFacts {
  /** The digest of the catalog that is served. */
  readonly catalog: string | undefined;
  /** Codes of a denial, also of one that observe mode turns into warnings. */
  readonly codes: readonly string[];
}

/** The API server puts the name of the webhook and a slash before each key. */
const auditAnnotations = (uid: string, { catalog, codes }: AuditFacts): string =>
  `,"auditAnnotations":{"uid":${JSON.stringify(uid)}` +
  `${catalog === undefined ? '' : `,"catalog":"${catalog}"`}` +
  `${codes.length === 0 ? '' : `,"codes":"${codes.join(',')}"`}}`;

function result(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'allowed':
      return '"allowed":true';
    case 'patched':
      return `"allowed":true,"patchType":"JSONPatch","patch":"${base64(JSON.stringify(verdict.operations))}"`;
    case 'denied':
      // `kubectl edit` prints only the causes of a 422, and every other client the message. There is no `reason`: with
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
