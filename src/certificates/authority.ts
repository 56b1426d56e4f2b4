import type { KeyPair } from './key-pair.ts';
import { newKeys } from './keys.ts';
import { lifetime, selfIssuer, writeCertificate } from './write-certificate.ts';

export interface AuthorityOptions {
  readonly commonName: string;
  readonly now: Date;
  readonly days: number;
  /** Milliseconds; a few minutes when absent. */
  readonly backdatedBy?: number;
}

/**
 * A certificate authority: what a `caBundle` carries. It lives long and signs short serving certificates, since a
 * self-signed serving certificate would have to change in every `caBundle` at the very moment it changes here.
 */
export async function createAuthority(options: AuthorityOptions): Promise<KeyPair> {
  const { commonName, now, days, backdatedBy } = options;
  const keys = await newKeys();
  return writeCertificate({
    commonName,
    keys,
    issuer: selfIssuer(commonName, keys),
    validity: lifetime(now, days, undefined, backdatedBy),
    extensions: [
      // No intermediate authority may follow: it signs serving certificates and nothing else.
      { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
      { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
    ],
  });
}
