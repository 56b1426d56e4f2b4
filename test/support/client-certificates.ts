import type { KeyPair } from '../../src/certificates/key-pair.ts';
import { newKeys } from '../../src/certificates/keys.ts';
import { authorityIssuer, selfIssuer, writeCertificate } from '../../src/certificates/write-certificate.ts';

const HOUR = 60 * 60 * 1000;

export interface ClientOptions {
  /** Who signs; nobody but itself when absent. */
  readonly authority?: KeyPair;
  /** Hours from now. */
  readonly from?: number;
  readonly to?: number;
  readonly purpose?: 'clientAuth' | 'serverAuth';
}

/** A certificate as an API server shows it, or as somebody does who would like to pass for one. */
export async function clientCertificate({
  authority,
  from = -1,
  to = 1,
  purpose = 'clientAuth',
}: ClientOptions = {}): Promise<KeyPair> {
  const keys = await newKeys();
  const commonName = 'kube-apiserver';
  return writeCertificate({
    commonName,
    keys,
    issuer: authority ? authorityIssuer(authority) : selfIssuer(commonName, keys),
    validity: { notBefore: hoursFromNow(from), notAfter: hoursFromNow(to) },
    extensions: [
      { name: 'basicConstraints', critical: true, cA: false },
      { name: 'keyUsage', critical: true, digitalSignature: true },
      { name: 'extKeyUsage', [purpose]: true },
    ],
  });
}

const hoursFromNow = (hours: number): Date => new Date(Date.now() + hours * HOUR);
