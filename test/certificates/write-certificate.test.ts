import { createHash, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Keys, newKeys } from '../../src/certificates/key-pair.ts';
import { lifetime, selfSigner, writeCertificate } from '../../src/certificates/write-certificate.ts';
import { extensionOf } from '../support/certificates.ts';

/** The uncompressed point of a P-256 key: 0x04 and two coordinates. */
const pointOf = ({ publicKey }: Keys): Buffer =>
  publicKey.export({ type: 'spki', format: 'der' }).subarray(-65);

/** Keys whose point can be read as an OCTET STRING of ASN.1, as one in 256 can: 0x04, then the number of the bytes that follow. */
async function keysLikeAsn1(): Promise<Keys> {
  for (let tries = 0; tries < 10_000; tries++) {
    const keys = await newKeys();
    if (pointOf(keys)[1] === 63) return keys;
  }
  throw new Error('no such keys in 10,000');
}

test('the key identifier is that of the key, also if its bits look like ASN.1', async () => {
  const keys = await keysLikeAsn1();
  const now = new Date('2026-11-22T12:00:00Z');
  const { certificate } = writeCertificate({
    commonName: 'ca',
    keys,
    signer: selfSigner('ca', keys),
    validity: lifetime(now, 1),
    extensions: [],
  });
  const identifier = createHash('sha1').update(pointOf(keys)).digest('hex');
  const read = new X509Certificate(certificate);
  expect(extensionOf(read, 'subjectKeyIdentifier')?.value).toBe(`0414${identifier}`);
  expect(extensionOf(read, 'authorityKeyIdentifier')?.value).toBe(`30168014${identifier}`);
  expect(read.verify(keys.publicKey)).toBe(true);
});
