import { X509Certificate } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import tls from 'node:tls';
import { beforeAll, describe, expect, it, test, vi } from 'vitest';
import {
  assessCertificateData,
  certificateAssessor,
  type Names,
  renewalDue,
} from '../../src/certificates/assessment.ts';
import type { CertificateData } from '../../src/certificates/certificate-data.ts';
import { createIssuer, issueServing } from '../../src/certificates/issuer.ts';
import { newKeys } from '../../src/certificates/key-pair.ts';
import { lifetime, selfSigner, writeCertificate } from '../../src/certificates/write-certificate.ts';
import { defaultCiphers } from '../support/default-ciphers.ts';
import { rsaCertificates } from '../support/rsa-certificates.ts';

const DAY = 24 * 60 * 60 * 1000;
const issued = new Date('2026-11-22T12:00:00Z');
const daysLater = (days: number): Date => new Date(issued.getTime() + days * DAY);
const names: Names = { dnsNames: ['a-service.ours.svc', 'localhost'], ipAddresses: ['127.0.0.1'] };

let good: CertificateData;
let other: CertificateData;
beforeAll(async () => {
  const issuer = createIssuer({ names, authorityDays: 300, servingDays: 90, now: () => issued });
  const [authority, next, another] = await Promise.all([
    issuer.authority(),
    issuer.authority(),
    issuer.authority(),
  ]);
  const [serving, otherServing] = await Promise.all([issuer.serving(authority), issuer.serving(another)]);
  good = { authority, serving, next, previous: another.certificate };
  other = { authority: another, serving: otherServing };
});

const assess = (changes: Partial<CertificateData>, now = daysLater(1), wanted = names) =>
  assessCertificateData({ ...good, ...changes }, wanted, now);

test('new certificates are good', () => {
  expect(assess({})).toEqual({ authority: 'good', serving: 'good', next: 'good', previous: 'good' });
});

test('absent certificates get no assessment', () => {
  const { authority, serving } = good;
  expect(assessCertificateData({ authority, serving }, names, issued)).toEqual({
    authority: 'good',
    serving: 'good',
  });
});

test("an RSA pair of an earlier version is good, and at OpenSSL's security level 3 its serving certificate alone is replaced", async () => {
  const data = await rsaCertificates(issued, ['localhost']);
  const localhost = { dnsNames: ['localhost'], ipAddresses: [] };
  expect(assessCertificateData(data, localhost, issued)).toEqual({ authority: 'good', serving: 'good' });
  using _ = defaultCiphers('DEFAULT@SECLEVEL=3');
  expect(assessCertificateData(data, localhost, issued)).toEqual({ authority: 'good', serving: 'invalid' });
  expect(assess({})).toMatchObject({ authority: 'good', serving: 'good' });
});

describe('by the wall clock', () => {
  test.each([
    [0, 'good', 'good'],
    [59.9, 'good', 'good'],
    [60 - 1 / 86_400, 'good', 'good'],
    [60, 'due', 'good'],
    [89.9, 'due', 'good'],
    [90.1, 'expired', 'good'],
    [199.9, 'expired', 'good'],
    [200, 'expired', 'due'],
    [300.1, 'expired', 'expired'],
  ])('after %d days the serving certificate is %s, the authority %s', (days, serving, authority) => {
    expect(assess({}, daysLater(days))).toMatchObject({ serving, authority });
  });

  test('a clock that jumps back a day changes nothing; further back the certificates are due', () => {
    expect(assess({}, daysLater(-1))).toMatchObject({ authority: 'good', serving: 'good' });
    const hours = (count: number): Date => new Date(issued.getTime() + count * 60 * 60 * 1000);
    expect(assess({}, hours(-25))).toMatchObject({ authority: 'good', serving: 'good' });
    const tooFar = new Date(hours(-25).getTime() - 1_000);
    expect(assess({}, tooFar)).toMatchObject({ authority: 'due', serving: 'due' });
  });
});

describe('an assessment calls invalid', () => {
  it('a serving certificate of another authority, for other names, or with another key', () => {
    expect(assess({ serving: other.serving }).serving).toBe('invalid');
    expect(assess({ serving: { ...good.serving, key: other.serving.key } }).serving).toBe('invalid');
    expect(assess({}, issued, { ...names, dnsNames: ['renamed.ours.svc'] }).serving).toBe('invalid');
    expect(assess({}, issued, { ...names, ipAddresses: ['127.0.0.2'] }).serving).toBe('invalid');
  });

  it('a serving certificate that the key of its authority signed for another name', async () => {
    const keys = await newKeys();
    const authorityNamed = (commonName: string) =>
      writeCertificate({
        ...{ commonName, keys, signer: selfSigner(commonName, keys), validity: lifetime(issued, 300) },
        extensions: [{ name: 'basicConstraints', critical: true, cA: true }],
      });
    const [one, renamed] = [authorityNamed('one'), authorityNamed('renamed')];
    const serving = await issueServing(one, { ...names, now: issued, days: 90 });
    expect(assess({ authority: one, serving })).toMatchObject({ authority: 'good', serving: 'good' });
    expect(assess({ authority: renamed, serving })).toMatchObject({ authority: 'good', serving: 'invalid' });
  });

  it('a serving certificate whose signature is not that of its authority', () => {
    const { raw } = new X509Certificate(good.serving.certificate);
    // The signature is last.
    raw[raw.length - 1] = (raw.at(-1) ?? 0) ^ 1;
    const certificate = `-----BEGIN CERTIFICATE-----\n${raw.toString('base64')}\n-----END CERTIFICATE-----\n`;
    expect(new X509Certificate(certificate).subject).toBe('CN=image-config-admission serving');
    expect(assess({ serving: { ...good.serving, certificate } }).serving).toBe('invalid');
  });

  it('an authority with another key, or a certificate that is no authority', () => {
    expect(assess({ authority: { ...good.authority, key: good.serving.key } }).authority).toBe('invalid');
    expect(assess({ authority: good.serving })).toMatchObject({ authority: 'invalid', serving: 'invalid' });
  });

  it.each(['', 'junk', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])(
    'text that is no certificate: %j',
    (noise) => {
      const pair = { certificate: noise, key: noise };
      expect(assess({ authority: pair, serving: pair, next: pair, previous: noise })).toEqual({
        authority: 'invalid',
        serving: 'invalid',
        next: 'invalid',
        previous: 'invalid',
      });
    },
  );
});

test('a certificate is due for renewal after two thirds of its life', () => {
  const validity = {
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2026-03-02T00:00:00Z'),
  };
  expect(renewalDue(validity)).toEqual(new Date('2026-02-10T00:00:00Z'));
});

test('an assessor that has read the same certificates before gives the result of a new reading, at every time', () => {
  const assessor = certificateAssessor(names);
  const { authority, serving } = good;
  const stored: CertificateData[] = [
    good,
    { authority, serving },
    other,
    { ...good, serving: other.serving },
  ];
  const days = [1, 1, 61, 91, 1, 250, 301, -1];
  for (const data of [...stored, ...stored])
    for (const now of days.map(daysLater))
      expect(assessor(structuredClone(data), now)).toEqual(assessCertificateData(data, names, now));
});

test('an assessor parses the same certificates once', () => {
  using contexts = spyOnContexts();
  const assessor = certificateAssessor(names);
  for (const day of [1, 2, 61, 91]) assessor(structuredClone(good), daysLater(day));
  expect(contexts).toHaveBeenCalledTimes(1);
  assessor(other, daysLater(1));
  expect(contexts).toHaveBeenCalledTimes(2);
});

/** Counts how often OpenSSL reads a pair. */
function spyOnContexts() {
  const spy = vi.spyOn(tls, 'createSecureContext');
  syncBuiltinESMExports();
  return Object.assign(spy, {
    [Symbol.dispose]() {
      spy.mockRestore();
      syncBuiltinESMExports();
    },
  });
}
