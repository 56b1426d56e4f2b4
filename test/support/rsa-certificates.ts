import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { KeyPair } from '../../src/certificates/key-pair.ts';
import {
  authoritySigner,
  lifetime,
  selfSigner,
  writeCertificate,
} from '../../src/certificates/write-certificate.ts';

/** An authority with RSA keys of 2048 bits and a serving certificate of it, as version 0.1.0 wrote them. */
export async function rsaCertificates(
  now: Date,
  dnsNames: readonly string[],
): Promise<{ readonly authority: KeyPair; readonly serving: KeyPair }> {
  const newRsaKeys = () => promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const [authorityKeys, servingKeys] = await Promise.all([newRsaKeys(), newRsaKeys()]);
  const commonName = 'image-config-admission authority';
  const authority = writeCertificate({
    commonName,
    keys: authorityKeys,
    signer: selfSigner(commonName, authorityKeys),
    validity: lifetime(now, 3650),
    extensions: [
      { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
      { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
    ],
  });
  const serving = writeCertificate({
    commonName: 'image-config-admission serving',
    keys: servingKeys,
    signer: authoritySigner(authority),
    validity: lifetime(now, 90),
    extensions: [
      { name: 'basicConstraints', critical: true, cA: false },
      { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: dnsNames.map((value) => ({ type: 2, value })) },
    ],
  });
  return { authority, serving };
}
