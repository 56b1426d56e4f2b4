import { X509Certificate } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { createAuthority } from '../../src/certificates/authority.ts';
import { checkPair, type KeyPair } from '../../src/certificates/key-pair.ts';
import { issueServing, selfSigned } from '../../src/certificates/serving.ts';
import { hasExtension } from '../support/certificates.ts';

const now = new Date('2026-11-22T12:00:00Z');
const service = 'image-config-admission.image-config-admission.svc';
let authority: KeyPair;

beforeAll(async () => {
  authority = await createAuthority({ commonName: 'image-config-admission CA', now, days: 10 });
});

const options = { dnsNames: [service, 'localhost'], ipAddresses: ['127.0.0.1', '::1'], now, days: 5 };

test('a serving certificate verifies against its authority, and names it', async () => {
  const pair = await issueServing(authority, options);
  const ca = new X509Certificate(authority.certificate);
  const leaf = new X509Certificate(pair.certificate);
  expect(leaf.verify(ca.publicKey)).toBe(true);
  expect(leaf.checkIssued(ca)).toBe(true);
  expect(leaf.issuer).toBe('CN=image-config-admission CA');
  expect(leaf.ca).toBe(false);
  expect(checkPair(pair, now).kind).toBe('good');
});

test('it is for the names and addresses asked for, and for serving only', async () => {
  const leaf = new X509Certificate((await issueServing(authority, options)).certificate);
  expect(leaf.subjectAltName).toBe(
    `DNS:${service}, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1`,
  );
  expect(leaf.checkHost(service)).toBe(service);
  expect(leaf.checkHost('elsewhere.svc')).toBeUndefined();
  expect(leaf.checkIP('::1')).toBe('::1');
  // serverAuth of RFC 5280 section 4.2.1.12.
  expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect(hasExtension(leaf, 'basicConstraints', 'critical')).toBe(true);
  expect(hasExtension(leaf, 'keyUsage', 'critical')).toBe(true);
  expect(hasExtension(leaf, 'authorityKeyIdentifier')).toBe(true);
});

test('a Service name longer than a common name may be is no obstacle', async () => {
  const long = `${'a'.repeat(63)}.${'b'.repeat(63)}.svc`;
  const leaf = new X509Certificate(
    (await issueServing(authority, { ...options, dnsNames: [long] })).certificate,
  );
  expect(leaf.checkHost(long)).toBe(long);
});

test('it never outlives its authority, or no chain would verify', async () => {
  const leaf = new X509Certificate((await issueServing(authority, { ...options, days: 365 })).certificate);
  expect(new Date(leaf.validTo)).toEqual(new Date(new X509Certificate(authority.certificate).validTo));
});

test('an authority that has expired signs nothing more', async () => {
  const later = new Date('2026-12-24T12:00:00Z');
  await expect(issueServing(authority, { ...options, now: later })).rejects.toThrow(
    'cannot sign a certificate: the authority expired at 2026-12-02T12:00:00.000Z',
  );
});

test('an authority that was stored and read again signs, too', async () => {
  const stored = JSON.parse(JSON.stringify(authority)) as KeyPair;
  const leaf = new X509Certificate((await issueServing(stored, options)).certificate);
  expect(leaf.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
});

test('a self-signed pair is its own issuer and no authority', async () => {
  const pair = await selfSigned(options);
  const leaf = new X509Certificate(pair.certificate);
  expect(leaf.issuer).toBe(leaf.subject);
  expect(leaf.verify(leaf.publicKey)).toBe(true);
  expect(leaf.ca).toBe(false);
  expect(checkPair(pair, now).kind).toBe('good');
});
