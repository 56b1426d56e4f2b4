import {
  createHash,
  createPrivateKey,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import forge from 'node-forge';
import { type KeyPair, type Keys, type Validity, validityOfCertificate } from './key-pair.ts';

/** The signer of a certificate: an authority, or the certificate's own key. */
export interface Signer {
  readonly name: forge.asn1.Asn1;
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

/** Writes one X.509 version 3 certificate. forge encodes it, and OpenSSL signs it, since forge knows no elliptic curves. */
export function writeCertificate({
  commonName,
  keys,
  signer,
  validity,
  extensions,
}: CertificateTemplate): KeyPair {
  const publicKey = publicKeyOf(keys.publicKey);
  const algorithm = signatureAlgorithm(signer.key);
  // The TBSCertificate of RFC 5280 section 4.1.
  const content = sequence(
    asn1.create(asn1.Class.CONTEXT_SPECIFIC, 0, true, [primitive(asn1.Type.INTEGER, VERSION_3)]),
    primitive(asn1.Type.INTEGER, newSerial()),
    algorithm,
    signer.name,
    sequence(time(validity.notBefore), time(validity.notAfter)),
    nameOf(commonName),
    publicKey,
    extensionsOf([
      ...extensions,
      { name: 'subjectKeyIdentifier', value: octets(keyIdentifierOf(publicKey)) },
      { name: 'authorityKeyIdentifier', keyIdentifier: signer.keyIdentifier },
    ]),
  );
  const signature = sign('sha256', toDer(content), signer.key).toString('binary');
  const certificate = sequence(
    content,
    algorithm,
    primitive(asn1.Type.BITSTRING, NO_UNUSED_BITS + signature),
  );
  return {
    certificate: new X509Certificate(toDer(certificate)).toString(),
    key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

export const selfSigner = (commonName: string, keys: Keys): Signer => ({
  name: nameOf(commonName),
  key: keys.privateKey,
  keyIdentifier: keyIdentifierOf(publicKeyOf(keys.publicKey)),
  notAfter: undefined,
});

/** Copies the name from the authority's certificate: verifiers compare names byte for byte. */
export function authoritySigner(authority: KeyPair): Signer {
  const certificate = new X509Certificate(authority.certificate);
  const [content] = children(fromDer(certificate.raw));
  const name = content && children(content)[SUBJECT];
  if (!name) throw new Error('the certificate of the authority has no subject');
  return {
    name,
    key: createPrivateKey(authority.key),
    keyIdentifier: keyIdentifierOf(publicKeyOf(certificate.publicKey)),
    notAfter: validityOfCertificate(authority.certificate).notAfter,
  };
}

/** The index of the subject in a TBSCertificate of version 3. */
const SUBJECT = 5;

/**
 * The validity of a certificate that is issued now. It begins in the past (`backdatedBy`, milliseconds), since clocks in a
 * cluster differ a little and the first handshake follows at once. It ends after so many days, or at `latest` if that is
 * sooner: the end of the signer's validity, after which no chain verifies. Throws when `latest` has passed.
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

// X.509 has whole seconds.
const wholeSeconds = (time: number): Date => new Date(Math.floor(time / 1000) * 1000);

const { asn1 } = forge;
// forge exports these, but its types lack them.
const pki = forge.pki as unknown as {
  distinguishedNameToAsn1(name: { readonly attributes: forge.pki.CertificateField[] }): forge.asn1.Asn1;
  certificateExtensionsToAsn1(extensions: readonly object[]): forge.asn1.Asn1;
};

const reader = asn1 as unknown as {
  fromDer(bytes: forge.util.ByteBuffer, options: { readonly decodeBitStrings: boolean }): forge.asn1.Asn1;
};

const sequence = (...values: forge.asn1.Asn1[]): forge.asn1.Asn1 =>
  asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, values);

/** A value of bytes. */
const primitive = (type: forge.asn1.Type, bytes: string): forge.asn1.Asn1 =>
  asn1.create(asn1.Class.UNIVERSAL, type, false, bytes);

const octets = (bytes: string): forge.asn1.Asn1 => primitive(asn1.Type.OCTETSTRING, bytes);

const toDer = (value: forge.asn1.Asn1): Buffer => Buffer.from(asn1.toDer(value).getBytes(), 'binary');
/** Without the option, forge reads the bits of one P-256 key in 256 as an ASN.1 value: they begin like an OCTET STRING. */
const fromDer = (der: Buffer): forge.asn1.Asn1 =>
  reader.fromDer(forge.util.createBuffer(der.toString('binary')), { decodeBitStrings: false });

const children = ({ value }: forge.asn1.Asn1): forge.asn1.Asn1[] => (Array.isArray(value) ? value : []);

const VERSION_3 = '\x02';
const NO_UNUSED_BITS = '\x00';

/** An AlgorithmIdentifier. That of ECDSA has no parameters (RFC 5758 section 3.2), and that of RSA has NULL (RFC 4055 section 5). */
const signatureAlgorithm = (key: KeyObject): forge.asn1.Asn1 =>
  key.asymmetricKeyType === 'ec'
    ? sequence(objectIdentifier(ECDSA_WITH_SHA256))
    : sequence(objectIdentifier(SHA256_WITH_RSA), primitive(asn1.Type.NULL, ''));

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const SHA256_WITH_RSA = '1.2.840.113549.1.1.11';

const objectIdentifier = (id: string): forge.asn1.Asn1 =>
  primitive(asn1.Type.OID, asn1.oidToDer(id).getBytes());

/** UTCTime up to 2049 and GeneralizedTime after that, as RFC 5280 requires. */
const time = (date: Date): forge.asn1.Asn1 =>
  date.getUTCFullYear() < 2050
    ? primitive(asn1.Type.UTCTIME, asn1.dateToUtcTime(date))
    : primitive(asn1.Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date));

const nameOf = (commonName: string): forge.asn1.Asn1 => {
  const certificate = forge.pki.createCertificate();
  certificate.setSubject([{ name: 'commonName', value: commonName }]);
  return pki.distinguishedNameToAsn1(certificate.subject);
};

const extensionsOf = (extensions: readonly object[]): forge.asn1.Asn1 => {
  const certificate = forge.pki.createCertificate();
  certificate.setExtensions([...extensions]);
  return pki.certificateExtensionsToAsn1(certificate.extensions);
};

/** 20 random bytes, the most that RFC 5280 allows; the number is positive, has no leading zero byte and cannot be guessed. */
function newSerial(): string {
  const bytes = randomBytes(20);
  bytes.writeUInt8((bytes.readUInt8() & 0x7f) | 0x40);
  return bytes.toString('binary');
}

const publicKeyOf = (key: KeyObject): forge.asn1.Asn1 => fromDer(key.export({ type: 'spki', format: 'der' }));

/** The raw SHA-1 of the public key, RFC 5280 section 4.2.1.2 (1). Verifiers use it to find the issuer; it secures nothing. */
function keyIdentifierOf(publicKey: forge.asn1.Asn1): string {
  const [, bits] = children(publicKey);
  if (typeof bits?.value !== 'string') throw new Error('the public key has no bits');
  return createHash('sha1').update(bits.value.slice(NO_UNUSED_BITS.length), 'binary').digest('binary');
}
