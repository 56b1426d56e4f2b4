import type { CatalogState } from './catalog-state.ts';

export type CertificateState =
  | { readonly kind: 'none'; readonly fault: string }
  /** `fault` says what is wrong with a newer pair that was not taken. */
  | { readonly kind: 'loaded'; readonly notAfter: Date; readonly fault?: string };

/** What readiness follows from. */
export interface Health {
  readonly certificate: CertificateState;
  readonly catalog: CatalogState;
  readonly draining: boolean;
}

interface Check {
  readonly name: 'certificate' | 'catalog' | 'shutdown';
  readonly ready: boolean;
  readonly reason: string;
}

export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly Check[];
}

/**
 * Ready means: a call would be answered. An invalid or absent catalog does not take that away, or the edit that repairs
 * it could never pass. Not having seen it does: not looked yet, not permitted, a disk that fails; unless an older good
 * one serves.
 */
export function readiness({ certificate, catalog, draining }: Health, now: Date): Readiness {
  const checks: Check[] = [
    { name: 'certificate', ...certificateCheck(certificate, now) },
    { name: 'catalog', ...catalogCheck(catalog) },
    { name: 'shutdown', ready: !draining, reason: draining ? 'shutting down' : 'serving' },
  ];
  return { ready: checks.every(({ ready }) => ready), checks };
}

type Finding = Omit<Check, 'name'>;

function certificateCheck(state: CertificateState, now: Date): Finding {
  if (state.kind === 'none') return { ready: false, reason: state.fault };
  const until = state.notAfter.toISOString();
  // A call to it would fail, whoever else is ready.
  if (now > state.notAfter) return { ready: false, reason: `expired at ${until}` };
  const newer = state.fault === undefined ? '' : `; a newer pair was not taken: ${state.fault}`;
  return { ready: true, reason: `valid until ${until}${newer}` };
}

function catalogCheck(state: CatalogState): Finding {
  const older =
    state.kind !== 'unknown' && state.serving
      ? `the last good one serves: ${state.serving}`
      : 'there is none to serve Pods from';
  switch (state.kind) {
    case 'unknown':
      return { ready: false, reason: 'not looked at yet' };
    case 'valid':
      return {
        ready: true,
        reason: `valid: ${state.entries} entries, ${count(state.warnings, 'warning')}, ${state.serving}`,
      };
    case 'invalid':
      return { ready: true, reason: `invalid: ${count(state.errors, 'error')}; ${older}` };
    case 'absent':
      return { ready: true, reason: `absent; ${older}` };
    case 'unreadable':
      return {
        ready: state.seen || state.serving !== undefined,
        reason: `unreadable: ${state.fault}; ${older}`,
      };
    case 'unjudged':
      return { ready: state.serving !== undefined, reason: `could not be checked: ${state.fault}; ${older}` };
  }
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
