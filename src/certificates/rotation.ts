import { type Assessment, isUsable } from './assessment.ts';
import type { CertificateData } from './certificate-data.ts';
import type { KeyPair } from './key-pair.ts';

/** What a replica knows when it chooses the next step of a rotation. */
export interface RotationView {
  /** The content of the Secret; undefined when there is no Secret, or it lacks a required text. */
  readonly stored: AssessedData | undefined;
  /** Whether the Secret exists. */
  readonly exists: boolean;
  /** The last usable content that this replica served from. */
  readonly remembered: AssessedData | undefined;
  /** Whether every caBundle has had the next authority for the whole overlap. */
  readonly nextHasHeld: boolean;
  /** Whether the previous authority has been kept for the whole overlap. */
  readonly previousHasHeld: boolean;
}

export interface AssessedData {
  readonly data: CertificateData;
  readonly assessment: Assessment;
}

/** One change of the Secret. A reconciliation makes one at most; the next one follows from the new state. */
export type RotationStep =
  /** Issue a new authority at once, since none can be kept. API servers may still trust the expired one for a while. */
  | { readonly kind: 'start-over'; readonly previous: string | undefined }
  /** Write back the remembered content, since the Secret was damaged. */
  | { readonly kind: 'restore'; readonly data: CertificateData }
  | { readonly kind: 'renew-serving'; readonly data: CertificateData }
  /** Issue the next authority, which signs nothing yet. */
  | { readonly kind: 'begin-roll-over'; readonly data: CertificateData }
  /** Let the next authority sign; the previous one remains trusted. */
  | { readonly kind: 'promote'; readonly data: CertificateData; readonly next: KeyPair }
  /** Remove a previous authority that is no longer needed, or a next one that is unusable. */
  | { readonly kind: 'drop'; readonly what: 'next' | 'previous'; readonly data: CertificateData };

/**
 * The next change of the Secret, from the whole state; undefined when there is nothing to do. Any replica may make it. From
 * any state the steps end with one good authority, one good serving certificate signed by it, and nothing else.
 */
export function nextRotationStep(view: RotationView): RotationStep | undefined {
  const { stored, remembered } = view;
  if (!stored || stored.assessment.authority === 'invalid') {
    if (!isUsable(remembered?.assessment.authority) || !remembered)
      return { kind: 'start-over', previous: undefined };
    const { data } = remembered;
    // A deleted Secret is a request for new keys; a damaged one is an accident.
    if (view.exists || data.next) return { kind: 'restore', data };
    return { kind: 'begin-roll-over', data };
  }

  const { data, assessment } = stored;
  const next = isUsable(assessment.next) ? data.next : undefined;
  if (next && (view.nextHasHeld || assessment.authority === 'expired'))
    return { kind: 'promote', data, next };
  if (assessment.authority === 'expired') return { kind: 'start-over', previous: data.authority.certificate };
  if (assessment.serving === 'invalid' || assessment.serving === 'expired')
    return { kind: 'renew-serving', data };
  if (assessment.authority === 'due' && !next) return { kind: 'begin-roll-over', data };
  if (assessment.serving === 'due') return { kind: 'renew-serving', data };
  if (data.next && !next) return { kind: 'drop', what: 'next', data };
  if (data.previous !== undefined && (view.previousHasHeld || !isUsable(assessment.previous)))
    return { kind: 'drop', what: 'previous', data };
  return undefined;
}

/** Issues the certificates of a step. Each takes a fraction of a second. */
export interface CertificateIssuer {
  readonly authority: () => Promise<KeyPair>;
  readonly serving: (authority: KeyPair) => Promise<KeyPair>;
}

/** The content of the Secret after a step. */
export async function contentAfter(step: RotationStep, issuer: CertificateIssuer): Promise<CertificateData> {
  switch (step.kind) {
    case 'start-over': {
      const authority = await issuer.authority();
      const serving = await issuer.serving(authority);
      return { authority, serving, ...(step.previous === undefined ? {} : { previous: step.previous }) };
    }
    case 'restore':
      return step.data;
    case 'renew-serving':
      return { ...step.data, serving: await issuer.serving(step.data.authority) };
    case 'begin-roll-over':
      return { ...step.data, next: await issuer.authority() };
    case 'promote':
      return {
        authority: step.next,
        serving: await issuer.serving(step.next),
        previous: step.data.authority.certificate,
      };
    case 'drop': {
      const { [step.what]: _, ...rest } = step.data;
      return rest;
    }
  }
}
