import { Buffer } from 'node:buffer';
import type { Verdict } from './verdict.ts';

/** The only place that knows the admission.k8s.io/v1 wire shape of an answer. */
export function toReview(uid: string, verdict: Verdict): AdmissionReviewAnswer {
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid,
      ...judgement(verdict),
      ...(verdict.warnings.length === 0 ? {} : { warnings: verdict.warnings }),
    },
  };
}

export interface AdmissionReviewAnswer {
  readonly apiVersion: 'admission.k8s.io/v1';
  readonly kind: 'AdmissionReview';
  readonly response: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly status?: { readonly code: number; readonly message: string };
    readonly patchType?: 'JSONPatch';
    /** Base64 of the JSON Patch. */
    readonly patch?: string;
    readonly warnings?: readonly string[];
  };
}

function judgement(verdict: Verdict): Omit<AdmissionReviewAnswer['response'], 'uid' | 'warnings'> {
  switch (verdict.kind) {
    case 'allowed':
      return { allowed: true };
    case 'patched':
      return {
        allowed: true,
        patchType: 'JSONPatch',
        patch: Buffer.from(JSON.stringify(verdict.operations), 'utf8').toString('base64'),
      };
    case 'denied':
      // Without reason and causes: kubectl prints the causes instead of the message where both are given.
      return { allowed: false, status: { code: 422, message: verdict.message } };
  }
}
