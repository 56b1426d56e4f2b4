import { type KeyPair, newKeys } from '../../src/certificates/key-pair.ts';
import { authoritySigner, selfSigner, writeCertificate } from '../../src/certificates/write-certificate.ts';

const HOUR = 60 * 60 * 1000;

export interface ClientOptions {
  /** The CA that signs; self-signed if absent. */
  readonly authority?: KeyPair;
  /** Hours from now. */
  readonly from?: number;
  readonly to?: number;
  readonly purpose?: 'clientAuth' | 'serverAuth';
}

/** A client certificate of an API server, or a forged one. */
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
    signer: authority ? authoritySigner(authority) : selfSigner(commonName, keys),
    validity: { notBefore: hoursFromNow(from), notAfter: hoursFromNow(to) },
    extensions: [
      { name: 'basicConstraints', critical: true, cA: false },
      { name: 'keyUsage', critical: true, digitalSignature: true },
      { name: 'extKeyUsage', [purpose]: true },
    ],
  });
}

const hoursFromNow = (hours: number): Date => new Date(Date.now() + hours * HOUR);
