import { BACKDATED_BY, type Names } from './assessment.ts';
import { checkPair, type KeyPair, type Keys, newKeys } from './key-pair.ts';
import type { CertificateIssuer } from './rotation.ts';
import { authoritySigner, lifetime, type Signer, selfSigner, writeCertificate } from './write-certificate.ts';

/** Issues the authorities and serving certificates of the managed Secret. Lifetimes are in days. */
export const createIssuer = ({
  names,
  authorityDays,
  servingDays,
  now,
}: {
  readonly names: Names;
  readonly authorityDays: number;
  readonly servingDays: number;
  readonly now: () => Date;
}): CertificateIssuer => ({
  authority: () =>
    createAuthority({
      commonName: AUTHORITY_NAME,
      now: now(),
      days: authorityDays,
      backdatedBy: BACKDATED_BY,
    }),
  serving: async (authority) => {
    const issued = now();
    const options = { ...names, now: issued, days: servingDays, backdatedBy: BACKDATED_BY };
    const pair = await issueServing(authority, options);
    // Without this check a replica would store an unusable pair, and replace it again and again.
    const checked = checkPair(pair, issued);
    if (checked.kind === 'bad') throw new Error(`the certificate of the program ${checked.fault}`);
    return pair;
  },
});

/** The same for all managed authorities: clients distinguish two authorities of a bundle by their keys. */
const AUTHORITY_NAME = 'image-config-admission authority';

interface LifetimeOptions {
  readonly now: Date;
  readonly days: number;
  /** Milliseconds between `notBefore` and now; five minutes when absent. */
  readonly backdatedBy?: number;
}

/**
 * Creates a certificate authority, which a `caBundle` carries. It is valid for long and signs short-lived serving
 * certificates. With a self-signed serving certificate every `caBundle` would have to change at the moment of a renewal.
 */
export async function createAuthority({
  commonName,
  now,
  days,
  backdatedBy,
}: LifetimeOptions & { readonly commonName: string }): Promise<KeyPair> {
  const keys = await newKeys();
  return writeCertificate({
    commonName,
    keys,
    signer: selfSigner(commonName, keys),
    validity: lifetime(now, days, undefined, backdatedBy),
    extensions: [
      // No intermediate authority below it: it signs serving certificates only.
      { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
      { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
    ],
  });
}

interface ServingOptions extends Names, LifetimeOptions {}

/** Issues a serving certificate with new keys. Rejects when the authority has expired. */
export async function issueServing(authority: KeyPair, options: ServingOptions): Promise<KeyPair> {
  const signer = authoritySigner(authority);
  return writeServing(options, await newKeys(), signer);
}

/** Creates a self-signed serving certificate, for `serve --catalog` on a developer's machine. */
export async function selfSigned(options: ServingOptions): Promise<KeyPair> {
  const keys = await newKeys();
  return writeServing(options, keys, selfSigner(SERVING_NAME, keys));
}

/** Clients match the alternative names only. A common name holds 64 characters, and a Service's name may be longer. */
const SERVING_NAME = 'image-config-admission serving';

function writeServing(options: ServingOptions, keys: Keys, signer: Signer): KeyPair {
  return writeCertificate({
    commonName: SERVING_NAME,
    keys,
    signer,
    validity: lifetime(options.now, options.days, signer.notAfter, options.backdatedBy),
    extensions: [
      { name: 'basicConstraints', critical: true, cA: false },
      { name: 'keyUsage', critical: true, digitalSignature: true },
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
