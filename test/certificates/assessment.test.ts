import { beforeAll, describe, expect, test } from 'vitest';
import { assessCertificateData, BACKDATED_BY, type Names } from '../../src/certificates/assessment.ts';
import type { CertificateData } from '../../src/certificates/certificate-data.ts';
import { createIssuer } from '../../src/certificates/certificate-issuer.ts';

const DAY = 24 * 60 * 60 * 1000;
const issued = new Date('2026-11-22T12:00:00Z');
const daysLater = (days: number): Date => new Date(issued.getTime() + days * DAY);
const names: Names = { dnsNames: ['a-service.ours.svc', 'localhost'], ipAddresses: ['127.0.0.1'] };

let good: CertificateData;
let other: CertificateData;
beforeAll(async () => {
  const make = createIssuer({ names, authorityDays: 300, servingDays: 90, now: () => issued });
  const [authority, next, another] = await Promise.all([
    make.authority(),
    make.authority(),
    make.authority(),
  ]);
  const [serving, theirs] = await Promise.all([make.serving(authority), make.serving(another)]);
  good = { authority, serving, next, previous: another.certificate };
  other = { authority: another, serving: theirs };
});

const assess = (changes: Partial<CertificateData>, now = daysLater(1), whom = names) =>
  assessCertificateData({ ...good, ...changes }, whom, now);

test('what was just made is good', () => {
  expect(assess({})).toEqual({ authority: 'good', serving: 'good', next: 'good', previous: 'good' });
});

test('what is not there is not judged', () => {
  const { authority, serving } = good;
  expect(assessCertificateData({ authority, serving }, names, issued)).toEqual({
    authority: 'good',
    serving: 'good',
  });
});

describe('by the wall clock', () => {
  test.each([
    [0, 'good', 'good'],
    [59.9, 'good', 'good'],
    [60, 'due', 'good'],
    [89.9, 'due', 'good'],
    [90.1, 'expired', 'good'],
    [199.9, 'expired', 'good'],
    [200, 'expired', 'due'],
    [300.1, 'expired', 'expired'],
  ])('after %d days the serving certificate is %s, the authority %s', (days, serving, authority) => {
    expect(assess({}, daysLater(days))).toMatchObject({ serving, authority });
  });

  test('a clock that jumps back a day changes nothing; further back they are due', () => {
    expect(assess({}, daysLater(-1))).toMatchObject({ authority: 'good', serving: 'good' });
    const tooFar = new Date(issued.getTime() - BACKDATED_BY - 1_000);
    expect(assess({}, tooFar)).toMatchObject({ authority: 'due', serving: 'due' });
  });
});

describe('useless is', () => {
  test('a serving certificate by another authority, for other names, or with another key', () => {
    expect(assess({ serving: other.serving }).serving).toBe('useless');
    expect(assess({ serving: { ...good.serving, key: other.serving.key } }).serving).toBe('useless');
    expect(assess({}, issued, { ...names, dnsNames: ['renamed.ours.svc'] }).serving).toBe('useless');
    expect(assess({}, issued, { ...names, ipAddresses: ['127.0.0.2'] }).serving).toBe('useless');
  });

  test('an authority with another key, or one that is none', () => {
    expect(assess({ authority: { ...good.authority, key: good.serving.key } }).authority).toBe('useless');
    expect(assess({ authority: good.serving })).toMatchObject({ authority: 'useless', serving: 'useless' });
  });

  test.each(['', 'junk', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])(
    'noise: %j',
    (noise) => {
      const pair = { certificate: noise, key: noise };
      expect(assess({ authority: pair, serving: pair, next: pair, previous: noise })).toEqual({
        authority: 'useless',
        serving: 'useless',
        next: 'useless',
        previous: 'useless',
      });
    },
  );
});
