import { createPrivateKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import forge from 'node-forge';
import type { KeyPair, Validity } from './key-pair.ts';
import type { Keys } from './keys.ts';

/** Who signs: an authority, or the certificate's own key. */
export interface Issuer {
  readonly name: forge.pki.CertificateField[];
  readonly key: KeyObject;
  readonly keyIdentifier: string;
  /** What it signs must not outlive it; undefined where it signs itself. */
  readonly notAfter: Date | undefined;
}

export interface CertificateTemplate {
  readonly commonName: string;
  readonly keys: Keys;
  readonly issuer: Issuer;
  readonly validity: Validity;
  readonly extensions: readonly object[];
}

/** Writes one X.509 version 3 certificate. forge lays it out, OpenSSL signs it: 1 ms where forge blocks for 50. */
export function writeCertificate({
  commonName,
  keys,
  issuer,
  validity,
  extensions,
}: CertificateTemplate): KeyPair {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = toForge(keys.publicKey);
  certificate.serialNumber = newSerial();
  certificate.validity = { ...validity };
  certificate.setSubject(nameOf(commonName));
  certificate.setIssuer(issuer.name);
  certificate.setExtensions([
    ...extensions,
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: issuer.keyIdentifier },
  ]);
  signCertificate(certificate, issuer.key);
  return {
    certificate: forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n'),
    key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

export const selfIssuer = (commonName: string, keys: Keys): Issuer => ({
  name: nameOf(commonName),
  key: keys.privateKey,
  keyIdentifier: keyIdentifierOf(toForge(keys.publicKey)),
  notAfter: undefined,
});

/** The issuer's name is copied from its certificate attribute by attribute: verifiers compare it byte for byte. */
export function authorityIssuer(authority: KeyPair): Issuer {
  const certificate = forge.pki.certificateFromPem(authority.certificate);
  return {
    name: certificate.subject.attributes,
    key: createPrivateKey(authority.key),
    keyIdentifier: keyIdentifierOf(certificate.publicKey as forge.pki.rsa.PublicKey),
    notAfter: certificate.validity.notAfter,
  };
}

/**
 * From a few minutes ago, since clocks of a cluster disagree a little and the first handshake follows at once; to the
 * given number of days from now, or the end of the issuer, past which no chain verifies.
 */
export function lifetime(now: Date, days: number, latest?: Date, backdatedBy = BACKDATED_BY): Validity {
  if (latest && latest <= now)
    throw new Error(`cannot sign a certificate: the authority expired at ${latest.toISOString()}`);
  const end = now.getTime() + days * DAY;
  return {
    notBefore: wholeSeconds(now.getTime() - backdatedBy),
    notAfter: wholeSeconds(latest ? Math.min(end, latest.getTime()) : end),
  };
}

const DAY = 24 * 60 * 60 * 1000;
const BACKDATED_BY = 5 * 60 * 1000;

// X.509 counts whole seconds (forge picks UTCTime up to 2049 and GeneralizedTime after, as RFC 5280 demands).
const wholeSeconds = (time: number): Date => new Date(Math.floor(time / 1000) * 1000);

const nameOf = (commonName: string): forge.pki.CertificateField[] => [
  { name: 'commonName', value: commonName },
];

/** 20 bytes, the most that RFC 5280 allows: positive, without a leading zero byte, and nobody can guess the next. */
function newSerial(): string {
  const bytes = randomBytes(20);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

const toForge = (key: KeyObject): forge.pki.rsa.PublicKey =>
  forge.pki.publicKeyFromPem(
    key.export({ type: 'spki', format: 'pem' }).toString(),
  ) as forge.pki.rsa.PublicKey;

/** The raw SHA-1 of the public key, RFC 5280 section 4.2.1.2 (1): an index for finding the issuer, no security rests on it. */
const keyIdentifierOf = (key: forge.pki.rsa.PublicKey): string =>
  forge.pki.getPublicKeyFingerprint(key, { type: 'RSAPublicKey' }).getBytes();

// Exported by forge, missing in its types.
const pki = forge.pki as unknown as {
  getTBSCertificate(certificate: forge.pki.Certificate): forge.asn1.Asn1;
};

/** What forge's own `sign` does, with OpenSSL's signature in place of forge's. */
function signCertificate(certificate: forge.pki.Certificate, key: KeyObject): void {
  const algorithm = forge.pki.oids.sha256WithRSAEncryption as string;
  certificate.signatureOid = algorithm;
  certificate.siginfo.algorithmOid = algorithm;
  certificate.tbsCertificate = pki.getTBSCertificate(certificate);
  const toBeSigned = Buffer.from(forge.asn1.toDer(certificate.tbsCertificate).getBytes(), 'binary');
  certificate.signature = sign('sha256', toBeSigned, key).toString('binary');
}
