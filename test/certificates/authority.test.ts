import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAuthority } from '../../src/certificates/authority.ts';
import { checkPair } from '../../src/certificates/key-pair.ts';
import { hasExtension } from '../support/certificates.ts';

const now = new Date('2026-11-22T12:00:00.789Z');

test('an authority signs itself, may sign others, and says so critically', async () => {
  const { certificate } = await createAuthority({ commonName: 'image-config-admission CA', now, days: 3650 });
  const read = new X509Certificate(certificate);
  expect(read.subject).toBe('CN=image-config-admission CA');
  expect(read.issuer).toBe(read.subject);
  expect(read.ca).toBe(true);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(hasExtension(read, 'basicConstraints', 'critical')).toBe(true);
  expect(hasExtension(read, 'keyUsage', 'critical')).toBe(true);
  expect(hasExtension(read, 'subjectKeyIdentifier')).toBe(true);
  expect(hasExtension(read, 'authorityKeyIdentifier')).toBe(true);
});

test('its key is RSA with 2048 bits and belongs to its certificate', async () => {
  const authority = await createAuthority({ commonName: 'ca', now, days: 1 });
  const { publicKey } = new X509Certificate(authority.certificate);
  expect(publicKey.asymmetricKeyType).toBe('rsa');
  expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
  expect(checkPair(authority, now).kind).toBe('good');
});

test('it is valid from five minutes ago, for as many days as asked', async () => {
  const { certificate } = await createAuthority({ commonName: 'ca', now, days: 2 });
  const read = new X509Certificate(certificate);
  expect(new Date(read.validFrom).toISOString()).toBe('2026-11-22T11:55:00.000Z');
  expect(new Date(read.validTo).toISOString()).toBe('2026-11-24T12:00:00.000Z');
});

test('a date after 2049 is written as the standard wants it, and read back', async () => {
  const { certificate } = await createAuthority({ commonName: 'ca', now, days: 30 * 365 });
  const read = new X509Certificate(certificate);
  expect(new Date(read.validTo).toISOString()).toBe('2056-11-14T12:00:00.000Z');
  // 0x18 is GeneralizedTime with four digits of year, 0x17 is UTCTime with two.
  expect(read.raw.includes(Buffer.from('\x17\x0d261122115500Z', 'latin1'))).toBe(true);
  expect(read.raw.includes(Buffer.from('\x18\x0f20561114120000Z', 'latin1'))).toBe(true);
});

test('serial numbers are positive, 20 bytes long and differ', async () => {
  const serials = await Promise.all(
    [1, 2, 3].map(async () => {
      const { certificate } = await createAuthority({ commonName: 'ca', now, days: 1 });
      return new X509Certificate(certificate).serialNumber;
    }),
  );
  for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{39}$/);
  expect(new Set(serials).size).toBe(3);
});
