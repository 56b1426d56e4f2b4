import { createPrivateKey, generateKeyPair, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { promisify } from 'node:util';
import { whenChanged } from './when-changed.ts';

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
 * Generates keys on the curve P-256, as cert-manager does for the Certificates of the chart. They serve at OpenSSL's security
 * level 3, where RSA would need 3072 bits: that takes seconds to generate on a busy node, and a hundred times as long in
 * every handshake. Stored RSA keys go on serving until they are renewed.
 */
export const newKeys = (): Promise<Keys> => promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });

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
export const checkPair = (pair: KeyPair, now: Date): CheckedPair => atTime(readPair(pair), now);

/** A `checkPair` that reads a pair again only when its bytes have changed, and compares its dates each time. */
export function pairChecker(): typeof checkPair {
  const read = whenChanged(readPair);
  return (pair, now) => atTime(read(pair), now);
}

/** Everything but the comparison of the dates. */
function readPair(pair: KeyPair): CheckedPair {
  try {
    const validity = matchPair(pair);
    // OpenSSL decides: it also reads the intermediates and refuses keys that are too weak.
    createSecureContext({ cert: pair.certificate, key: pair.key });
    return { kind: 'good', pair, validity };
  } catch (error) {
    return bad(faultOf(pair, error));
  }
}

function atTime(read: CheckedPair, now: Date): CheckedPair {
  if (read.kind === 'bad') return read;
  const { notBefore, notAfter } = read.validity;
  if (now > notAfter) return bad(`expired at ${notAfter.toISOString()}`);
  return now < notBefore ? bad(`is not valid before ${notBefore.toISOString()}`) : read;
}

/** The dates of a certificate and its key. Throws when they are unreadable or do not belong together. */
export function matchPair({ certificate, key }: KeyPair): Validity {
  const leaf = new X509Certificate(certificate);
  if (!leaf.checkPrivateKey(createPrivateKey(key))) throw new MismatchError();
  return validityOf(leaf);
}

class MismatchError extends Error {}

/** The dates of the first certificate in a PEM text; throws when there is none. */
export const validityOfCertificate = (certificate: string): Validity =>
  validityOf(new X509Certificate(certificate));

// validToDate exists since Node 22.10; before, the dates are OpenSSL's text, such as "Nov 22 12:00:00 2027 GMT".
const validityOf = ({ validFrom, validTo }: X509Certificate): Validity => ({
  notBefore: new Date(validFrom),
  notAfter: new Date(validTo),
});

function faultOf({ certificate, key }: KeyPair, error: unknown): string {
  if (error instanceof MismatchError) return 'does not match: tls.key is not the key of tls.crt';
  if (!/-----END CERTIFICATE-----/.test(certificate))
    return 'cannot be read: tls.crt holds no whole certificate';
  if (!/-----END [A-Z ]*PRIVATE KEY-----/.test(key))
    return 'cannot be read: tls.key holds no whole private key';
  const { code, message } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error) };
  return code !== undefined && POLICIES.has(code)
    ? `is refused by OpenSSL (${message}): ${WHERE_POLICIES_ARE}`
    : `cannot be read: ${message}`;
}

/** Codes of errors that follow from a policy for all of OpenSSL and not from the pair alone. */
const POLICIES: ReadonlySet<string> = new Set([
  'ERR_SSL_EE_KEY_TOO_SMALL',
  'ERR_SSL_CA_KEY_TOO_SMALL',
  'ERR_SSL_CA_MD_TOO_WEAK',
  'ERR_SSL_NO_CIPHER_MATCH',
]);
const WHERE_POLICIES_ARE =
  "the ciphers and the security level (SECLEVEL) are those of Node's --tls-cipher-list, in NODE_OPTIONS for example, or of openssl.cnf";

const bad = (fault: string): CheckedPair => ({ kind: 'bad', fault });
