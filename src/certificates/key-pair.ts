import { createPrivateKey, generateKeyPair, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { promisify } from 'node:util';

/** A certificate, followed by its intermediates, and its private key; both are PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/**
 * Generates RSA keys, since node-forge writes no other certificates, of 2048 bits, since a larger key makes every handshake
 * slower and serving certificates are valid for days. OpenSSL does it off the main thread; forge would block that for seconds.
 */
export const newKeys = (): Promise<Keys> => promisify(generateKeyPair)('rsa', { modulusLength: 2048 });

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** A pair that can serve, or why it cannot, in words that follow "the pair in DIR …". */
export type CheckedPair =
  | { readonly kind: 'good'; readonly pair: KeyPair; readonly validity: Validity }
  | { readonly kind: 'bad'; readonly fault: string };

/**
 * Checks that the certificate and the key are readable, belong together and are valid now. Half-written and mismatched pairs
 * are ordinary: two files cannot be replaced in one step, unless both are behind one symlink. An API server rejects a
 * pair outside its dates, so such a pair is no better than none.
 */
export function checkPair(pair: KeyPair, now: Date): CheckedPair {
  let validity: Validity;
  try {
    const leaf = new X509Certificate(pair.certificate);
    validity = validityOf(leaf);
    if (!leaf.checkPrivateKey(createPrivateKey(pair.key)))
      return bad('does not match: tls.key is not the key of tls.crt');
    // OpenSSL decides: it also reads the intermediates and refuses keys that are too weak.
    createSecureContext({ cert: pair.certificate, key: pair.key });
  } catch (error) {
    return bad(readFault(pair, error));
  }
  if (now > validity.notAfter) return bad(`expired at ${validity.notAfter.toISOString()}`);
  if (now < validity.notBefore) return bad(`is not valid before ${validity.notBefore.toISOString()}`);
  return { kind: 'good', pair, validity };
}

/** The dates of the first certificate in a PEM text; throws when there is none. */
export const validityOfCertificate = (certificate: string): Validity =>
  validityOf(new X509Certificate(certificate));

// validToDate exists since Node 22.10; before, the dates are OpenSSL's text, such as "Nov 22 12:00:00 2027 GMT".
const validityOf = ({ validFrom, validTo }: X509Certificate): Validity => ({
  notBefore: new Date(validFrom),
  notAfter: new Date(validTo),
});

function readFault({ certificate, key }: KeyPair, error: unknown): string {
  if (!/-----END CERTIFICATE-----/.test(certificate))
    return 'cannot be read: tls.crt holds no whole certificate';
  if (!/-----END [A-Z ]*PRIVATE KEY-----/.test(key))
    return 'cannot be read: tls.key holds no whole private key';
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

const bad = (fault: string): CheckedPair => ({ kind: 'bad', fault });
