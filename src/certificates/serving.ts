import type { KeyPair } from './key-pair.ts';
import { type Keys, newKeys } from './keys.ts';
import { authorityIssuer, type Issuer, lifetime, selfIssuer, writeCertificate } from './write-certificate.ts';

export interface ServingOptions {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly now: Date;
  readonly days: number;
  /** Milliseconds; a few minutes when absent. */
  readonly backdatedBy?: number;
}

/** A serving certificate signed by the authority, with a key of its own. */
export async function issueServing(authority: KeyPair, options: ServingOptions): Promise<KeyPair> {
  const issuer = authorityIssuer(authority);
  return write(options, await newKeys(), issuer);
}

/**
 * A self-signed serving certificate: for `serve --catalog` on a developer's machine. One key, half the wait; `keys` may
 * have been begun before.
 */
export async function selfSigned(
  options: ServingOptions,
  keys: Keys | Promise<Keys> = newKeys(),
): Promise<KeyPair> {
  const made = await keys;
  return write(options, made, selfIssuer(COMMON_NAME, made));
}

/** Names are matched against the alternative names alone; the common name holds 64 characters, a Service's name may be longer. */
const COMMON_NAME = 'image-config-admission serving';

function write(options: ServingOptions, keys: Keys, issuer: Issuer): KeyPair {
  return writeCertificate({
    commonName: COMMON_NAME,
    keys,
    issuer,
    validity: lifetime(options.now, options.days, issuer.notAfter, options.backdatedBy),
    extensions: [
      { name: 'basicConstraints', critical: true, cA: false },
      { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...options.dnsNames.map((value) => ({ type: DNS_NAME, value })),
          ...options.ipAddresses.map((ip) => ({ type: IP_ADDRESS, ip })),
        ],
      },
    ],
  });
}

// Tags of GeneralName, RFC 5280 section 4.2.1.6.
const DNS_NAME = 2;
const IP_ADDRESS = 7;
