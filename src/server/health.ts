/** The newest text of the catalog. `serving` is the digest of the catalog that answers come from. */
export type CatalogState =
  /** The catalog has not been read yet. */
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'valid';
      readonly serving: string;
      readonly entries: number;
      readonly warnings: number;
    }
  | { readonly kind: 'invalid'; readonly errors: number; readonly serving: string | undefined }
  | { readonly kind: 'absent'; readonly serving: string | undefined }
  /** No text: reading was forbidden or failed, or it is not UTF-8. `seen` is that of `ObservedCatalog`. */
  | {
      readonly kind: 'unreadable';
      readonly fault: string;
      readonly seen: boolean;
      readonly serving: string | undefined;
    }
  /** The check itself failed: a fault of the webhook. */
  | { readonly kind: 'unchecked'; readonly fault: string; readonly serving: string | undefined };

/** Why the newest text of the catalog is not served, for readers of the site; undefined if it is. */
export function whyOutdated(state: CatalogState): string | undefined {
  switch (state.kind) {
    case 'valid':
    case 'unknown':
      return undefined;
    case 'invalid':
      return `the newest text of the catalog has ${count(state.errors, 'error')}; this is the last good one`;
    case 'absent':
      return 'the catalog is absent; this is the last good one';
    case 'unreadable':
    case 'unchecked':
      return 'the newest text of the catalog cannot be read; this is the last good one';
  }
}

export type CertificateState =
  | { readonly kind: 'none'; readonly fault: string }
  /** `fault` says why a newer pair was not loaded. */
  | { readonly kind: 'loaded'; readonly notAfter: Date; readonly fault?: string };

/** The input of `readiness`. */
export interface Health {
  readonly certificate: CertificateState;
  readonly catalog: CatalogState;
  readonly draining: boolean;
  /** False in observe mode. */
  readonly enforce: boolean;
}

interface Check {
  readonly name: 'certificate' | 'catalog' | 'shutdown' | 'enforcement';
  readonly ready: boolean;
  readonly reason: string;
}

/** The body of `/readyz`. */
export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly Check[];
}

/**
 * Ready means that a call would be answered. An invalid or absent catalog is ready, too: otherwise the edit that repairs
 * it could never pass. An unread catalog is not ready: before the first read, when reading is forbidden, or when a
 * disk fails; unless an older good one is served.
 */
export function readiness({ certificate, catalog, draining, enforce }: Health, now: Date): Readiness {
  const checks: Check[] = [
    { name: 'certificate', ...certificateCheck(certificate, now) },
    { name: 'catalog', ...catalogCheck(catalog) },
    { name: 'shutdown', ready: !draining, reason: draining ? 'shutting down' : 'serving' },
  ];
  if (!enforce)
    checks.push({ name: 'enforcement', ready: true, reason: 'observe mode: denials are only warnings' });
  return { ready: checks.every(({ ready }) => ready), checks };
}

type Finding = Omit<Check, 'name'>;

function certificateCheck(state: CertificateState, now: Date): Finding {
  if (state.kind === 'none') return { ready: false, reason: state.fault };
  const until = state.notAfter.toISOString();
  // Every call would fail in the handshake.
  if (now > state.notAfter) return { ready: false, reason: `expired at ${until}` };
  const newer = state.fault === undefined ? '' : `; a newer pair was not loaded: ${state.fault}`;
  return { ready: true, reason: `valid until ${until}${newer}` };
}

function catalogCheck(state: CatalogState): Finding {
  const served =
    state.kind !== 'unknown' && state.serving
      ? `the last good catalog is served: ${state.serving}`
      : 'no catalog is served';
  switch (state.kind) {
    case 'unknown':
      return { ready: false, reason: 'not read yet' };
    case 'valid':
      return {
        ready: true,
        reason: `valid: ${state.entries} entries, ${count(state.warnings, 'warning')}, ${state.serving}`,
      };
    case 'invalid':
      return { ready: true, reason: `invalid: ${count(state.errors, 'error')}; ${served}` };
    case 'absent':
      return { ready: true, reason: `absent; ${served}` };
    case 'unreadable':
      return {
        ready: state.seen || state.serving !== undefined,
        reason: `unreadable: ${state.fault}; ${served}`,
      };
    case 'unchecked':
      return {
        ready: state.serving !== undefined,
        reason: `could not be checked: ${state.fault}; ${served}`,
      };
  }
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
