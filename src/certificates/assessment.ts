import { X509Certificate } from 'node:crypto';
import type { CertificateData } from './certificate-data.ts';
import { checkPair, type KeyPair, type Validity, validityOfCertificate } from './key-pair.ts';
import { isRenewalDue } from './renewal.ts';

/** What a stored certificate is worth now. */
export type Condition =
  | 'good'
  /** It still serves, and is to be replaced. */
  | 'due'
  /** It served once, and is no longer trusted. */
  | 'expired'
  /** Unreadable, or not what it is kept as. */
  | 'useless';

export const isKept = (condition: Condition | undefined): boolean =>
  condition === 'good' || condition === 'due';

export interface Assessment {
  readonly authority: Condition;
  readonly serving: Condition;
  readonly next?: Condition;
  readonly previous?: Condition;
}

export type Assess = (data: CertificateData) => Assessment;

/** Whom serving certificates are for. */
export interface Names {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}

/**
 * How far back the managed certificates are dated, in milliseconds. A clock of ours that is a day ahead just when it
 * issues would otherwise lock out API servers whose clocks are right.
 */
export const BACKDATED_BY = 25 * 60 * 60 * 1000;

/** By the wall clock, at each look: a jump of it counts from the next one on. */
export function assessCertificateData(
  { authority, serving, next, previous }: CertificateData,
  names: Names,
  now: Date,
): Assessment {
  return {
    authority: assessAuthority(authority, now),
    serving: assessServing(serving, authority, names, now),
    ...(next === undefined ? {} : { next: assessAuthority(next, now) }),
    ...(previous === undefined ? {} : { previous: assessDates(previous, now) }),
  };
}

const assessAuthority = (pair: KeyPair, now: Date): Condition =>
  isSound(pair) && new X509Certificate(pair.certificate).ca ? assessDates(pair.certificate, now) : 'useless';

function assessServing(pair: KeyPair, authority: KeyPair, names: Names, now: Date): Condition {
  const issued = isSound(pair) && isIssuedBy(pair.certificate, authority.certificate);
  return issued && isFor(names, pair.certificate) ? assessDates(pair.certificate, now) : 'useless';
}

function assessDates(certificate: string, now: Date): Condition {
  let validity: Validity;
  try {
    validity = validityOfCertificate(certificate);
  } catch {
    return 'useless';
  }
  const { notBefore, notAfter } = validity;
  if (now > notAfter) return 'expired';
  const issued = new Date(notBefore.getTime() + BACKDATED_BY);
  return now < notBefore || isRenewalDue({ notBefore: issued, notAfter }, now) ? 'due' : 'good';
}

/** Certificate and key can serve together, whatever their dates. */
function isSound(pair: KeyPair): boolean {
  try {
    return checkPair(pair, validityOfCertificate(pair.certificate).notBefore).kind === 'good';
  } catch {
    return false;
  }
}

function isIssuedBy(certificate: string, authority: string): boolean {
  try {
    const [leaf, issuer] = [new X509Certificate(certificate), new X509Certificate(authority)];
    return leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

/** A Service that was renamed needs another one. */
function isFor({ dnsNames, ipAddresses }: Names, certificate: string): boolean {
  const leaf = new X509Certificate(certificate);
  return (
    dnsNames.every((name) => leaf.checkHost(name) !== undefined) &&
    ipAddresses.every((address) => leaf.checkIP(address) !== undefined)
  );
}
