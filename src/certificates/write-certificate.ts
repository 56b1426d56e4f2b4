import { createPrivateKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import forge from 'node-forge';
import type { KeyPair, Keys, Validity } from './key-pair.ts';

/** The signer of a certificate: an authority, or the certificate's own key. */
export interface Signer {
  readonly name: forge.pki.CertificateField[];
  readonly key: KeyObject;
  readonly keyIdentifier: string;
  /** The end of the signer's own validity; undefined for a self-signed certificate. */
  readonly notAfter: Date | undefined;
}

export interface CertificateTemplate {
  readonly commonName: string;
  readonly keys: Keys;
  readonly signer: Signer;
  readonly validity: Validity;
  readonly extensions: readonly object[];
}

/** Writes one X.509 version 3 certificate. forge encodes it and OpenSSL signs it: in 1 ms, where forge blocks for 50 ms. */
export function writeCertificate({
  commonName,
  keys,
  signer,
  validity,
  extensions,
}: CertificateTemplate): KeyPair {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = toForge(keys.publicKey);
  certificate.serialNumber = newSerial();
  certificate.validity = { ...validity };
  certificate.setSubject(nameOf(commonName));
  certificate.setIssuer(signer.name);
  certificate.setExtensions([
    ...extensions,
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: signer.keyIdentifier },
  ]);
  signCertificate(certificate, signer.key);
  return {
    certificate: forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n'),
    key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

export const selfSigner = (commonName: string, keys: Keys): Signer => ({
  name: nameOf(commonName),
  key: keys.privateKey,
  keyIdentifier: keyIdentifierOf(toForge(keys.publicKey)),
  notAfter: undefined,
});

/** Copies the name attribute by attribute from the authority's certificate: verifiers compare names byte for byte. */
export function authoritySigner(authority: KeyPair): Signer {
  const certificate = forge.pki.certificateFromPem(authority.certificate);
  return {
    name: certificate.subject.attributes,
    key: createPrivateKey(authority.key),
    keyIdentifier: keyIdentifierOf(certificate.publicKey as forge.pki.rsa.PublicKey),
    notAfter: certificate.validity.notAfter,
  };
}

/**
 * The validity of a certificate that is issued now. It begins in the past (`backdatedBy`, milliseconds), since clocks in a
 * cluster differ a little and the first handshake follows at once. It ends after so many days, or at `latest`, the end of
 * the signer's validity, after which no chain verifies. Throws when `latest` is over.
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

// X.509 has whole seconds. forge writes UTCTime up to 2049 and GeneralizedTime after that, as RFC 5280 requires.
const wholeSeconds = (time: number): Date => new Date(Math.floor(time / 1000) * 1000);

const nameOf = (commonName: string): forge.pki.CertificateField[] => [
  { name: 'commonName', value: commonName },
];

/** 20 random bytes, the most that RFC 5280 allows; the number is positive, has no leading zero byte and cannot be guessed. */
function newSerial(): string {
  const bytes = randomBytes(20);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

const toForge = (key: KeyObject): forge.pki.rsa.PublicKey =>
  forge.pki.publicKeyFromPem(
    key.export({ type: 'spki', format: 'pem' }).toString(),
  ) as forge.pki.rsa.PublicKey;

/** The raw SHA-1 of the public key, RFC 5280 section 4.2.1.2 (1). Verifiers use it to find the issuer; it secures nothing. */
const keyIdentifierOf = (key: forge.pki.rsa.PublicKey): string =>
  forge.pki.getPublicKeyFingerprint(key, { type: 'RSAPublicKey' }).getBytes();

// forge exports it, but its types lack it.
const pki = forge.pki as unknown as {
  getTBSCertificate(certificate: forge.pki.Certificate): forge.asn1.Asn1;
};

/** Does the same as forge's `sign`, but with OpenSSL's signature. */
function signCertificate(certificate: forge.pki.Certificate, key: KeyObject): void {
  const algorithm = forge.pki.oids.sha256WithRSAEncryption as string;
  certificate.signatureOid = algorithm;
  certificate.siginfo.algorithmOid = algorithm;
  certificate.tbsCertificate = pki.getTBSCertificate(certificate);
  const toBeSigned = Buffer.from(forge.asn1.toDer(certificate.tbsCertificate).getBytes(), 'binary');
  certificate.signature = sign('sha256', toBeSigned, key).toString('binary');
}
