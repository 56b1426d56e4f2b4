import { X509Certificate } from 'node:crypto';
import type { CertificateData } from './certificate-data.ts';
import { checkPair, type KeyPair, matchPair, type Validity, validityOfCertificate } from './key-pair.ts';
import { whenChanged } from './when-changed.ts';

/** The condition of a stored certificate. */
export type Condition =
  | 'good'
  /** Still usable, and due for renewal. */
  | 'due'
  | 'expired'
  /** Unreadable, without its key, or of the wrong kind, issuer or names. */
  | 'invalid';

export const isUsable = (condition: Condition | undefined): boolean =>
  condition === 'good' || condition === 'due';

export interface Assessment {
  readonly authority: Condition;
  readonly serving: Condition;
  readonly next?: Condition;
  readonly previous?: Condition;
}

export type Assess = (data: CertificateData) => Assessment;

/** The subject alternative names of a serving certificate. */
export interface Names {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}

/**
 * Milliseconds between `notBefore` of a managed certificate and its issue. Without it, a replica whose clock is a day ahead
 * would issue certificates that API servers with correct clocks reject for a day.
 */
export const BACKDATED_BY = 25 * 60 * 60 * 1000;

/** Assesses each certificate by the wall clock. A jump of the clock takes effect at the next reconciliation. */
export const assessCertificateData = (data: CertificateData, names: Names, now: Date): Assessment =>
  conditionsAt(readCertificates(data, names), now);

/** An `assessCertificateData` that reads certificates again only when their bytes have changed, and compares dates each time. */
export function certificateAssessor(names: Names): (data: CertificateData, now: Date) => Assessment {
  const read = whenChanged((data: CertificateData) => readCertificates(data, names));
  return (data, now) => conditionsAt(read(data), now);
}

/** The dates of each certificate. An invalid certificate is undefined, and an absent one has no key. */
interface ReadCertificates {
  readonly authority: Validity | undefined;
  readonly serving: Validity | undefined;
  readonly next?: Validity | undefined;
  readonly previous?: Validity | undefined;
}

const readCertificates = (
  { authority, serving, next, previous }: CertificateData,
  names: Names,
): ReadCertificates => ({
  authority: readAuthority(authority),
  serving: readServing(serving, authority, names),
  ...(next === undefined ? {} : { next: readAuthority(next) }),
  ...(previous === undefined ? {} : { previous: datesIf(previous, () => true) }),
});

/** Does not apply OpenSSL's security level: an authority only signs, and the clients decide whether to trust its key. */
const readAuthority = (pair: KeyPair): Validity | undefined =>
  datesIf(pair.certificate, ({ ca }) => {
    matchPair(pair);
    return ca;
  });

const readServing = (pair: KeyPair, authority: KeyPair, names: Names): Validity | undefined =>
  datesIf(
    pair.certificate,
    (leaf) =>
      isServable(pair) && isIssuedBy(leaf, new X509Certificate(authority.certificate)) && isFor(names, leaf),
  );

/** The dates of a certificate that passes the check; undefined when it fails, or when a certificate or key is unreadable. */
function datesIf(certificate: string, isGood: (leaf: X509Certificate) => boolean): Validity | undefined {
  try {
    return isGood(new X509Certificate(certificate)) ? validityOfCertificate(certificate) : undefined;
  } catch {
    return undefined;
  }
}

const conditionsAt = (read: ReadCertificates, now: Date): Assessment => ({
  authority: conditionAt(read.authority, now),
  serving: conditionAt(read.serving, now),
  ...('next' in read ? { next: conditionAt(read.next, now) } : {}),
  ...('previous' in read ? { previous: conditionAt(read.previous, now) } : {}),
});

function conditionAt(validity: Validity | undefined, now: Date): Condition {
  if (!validity) return 'invalid';
  const { notBefore, notAfter } = validity;
  if (now > notAfter) return 'expired';
  const issued = new Date(notBefore.getTime() + BACKDATED_BY);
  return now < notBefore || now >= renewalDue({ notBefore: issued, notAfter }) ? 'due' : 'good';
}

/**
 * The time at which a certificate is due for renewal: after two thirds of its life, as in cert-manager. The last third is
 * left for failing renewals.
 */
export function renewalDue({ notBefore, notAfter }: Validity): Date {
  const life = notAfter.getTime() - notBefore.getTime();
  return new Date(notBefore.getTime() + (life * 2) / 3);
}

/** Whether this process can serve with the pair. It ignores the dates. */
const isServable = (pair: KeyPair): boolean =>
  checkPair(pair, validityOfCertificate(pair.certificate).notBefore).kind === 'good';

/** Whether the issuer has this name and signed with this key: a key may sign in the name of another authority. */
const isIssuedBy = (leaf: X509Certificate, issuer: X509Certificate): boolean =>
  leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey);

/** Whether the certificate covers all names. After the Service is renamed, it does not. */
const isFor = ({ dnsNames, ipAddresses }: Names, leaf: X509Certificate): boolean =>
  dnsNames.every((name) => leaf.checkHost(name) !== undefined) &&
  ipAddresses.every((address) => leaf.checkIP(address) !== undefined);
