import { type Assessment, isKept } from './assessment.ts';
import type { CertificateData } from './certificate-data.ts';
import type { KeyPair } from './key-pair.ts';

/** What a replica knows when it decides. */
export interface RotationView {
  /** What the Secret holds; undefined where there is none, or none that can be read. */
  readonly stored: AssessedData | undefined;
  /** Whether there is a Secret at all. */
  readonly exists: boolean;
  /** The last good one that this replica has seen. */
  readonly remembered: AssessedData | undefined;
  /** The next authority has stood in every caBundle for as long as it has to. */
  readonly nextHasHeld: boolean;
  /** The previous authority has been kept for as long as it has to. */
  readonly previousHasHeld: boolean;
}

export interface AssessedData {
  readonly data: CertificateData;
  readonly assessment: Assessment;
}

/** One change of the Secret. What a replica has to do next is at most one of them; then it looks again. */
export type RotationStep =
  /** A new authority at once: there is none to keep. Clients that still trust the old one may go on for a while. */
  | { readonly kind: 'start-over'; readonly previous: string | undefined }
  /** Somebody wrote over it: what this replica remembers goes back. */
  | { readonly kind: 'restore'; readonly data: CertificateData }
  | { readonly kind: 'renew-serving'; readonly data: CertificateData }
  /** The next authority is made, and signs nothing yet. */
  | { readonly kind: 'begin-roll-over'; readonly data: CertificateData }
  /** The next authority takes over; the one before is still trusted. */
  | { readonly kind: 'promote'; readonly data: CertificateData; readonly next: KeyPair }
  /** What is no longer needed, or never will be. */
  | { readonly kind: 'drop'; readonly what: 'next' | 'previous'; readonly data: CertificateData };

/**
 * What to do next with the Secret, from its whole state; undefined: nothing. Whichever replica comes first does it, and
 * from any state the steps end with one good authority, one good serving certificate by it, and nothing else.
 */
export function nextRotationStep(view: RotationView): RotationStep | undefined {
  const { stored, remembered } = view;
  if (!stored || stored.assessment.authority === 'useless') {
    if (!isKept(remembered?.assessment.authority) || !remembered)
      return { kind: 'start-over', previous: undefined };
    const { data } = remembered;
    // Who deletes the Secret wants other keys; who damages it does not know what they do.
    if (view.exists || data.next) return { kind: 'restore', data };
    return { kind: 'begin-roll-over', data };
  }

  const { data, assessment } = stored;
  const next = isKept(assessment.next) ? data.next : undefined;
  if (next && (view.nextHasHeld || assessment.authority === 'expired'))
    return { kind: 'promote', data, next };
  if (assessment.authority === 'expired') return { kind: 'start-over', previous: data.authority.certificate };
  if (assessment.serving === 'useless' || assessment.serving === 'expired')
    return { kind: 'renew-serving', data };
  if (assessment.authority === 'due' && !next) return { kind: 'begin-roll-over', data };
  if (assessment.serving === 'due') return { kind: 'renew-serving', data };
  if (data.next && !next) return { kind: 'drop', what: 'next', data };
  if (data.previous !== undefined && (view.previousHasHeld || !isKept(assessment.previous)))
    return { kind: 'drop', what: 'previous', data };
  return undefined;
}

/** Makes what a step needs; each takes a fraction of a second. */
export interface CertificateIssuer {
  readonly authority: () => Promise<KeyPair>;
  readonly serving: (authority: KeyPair) => Promise<KeyPair>;
}

/** What the Secret is to hold after a step. */
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
