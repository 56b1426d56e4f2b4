import { beforeAll, expect, test } from 'vitest';
import { checkPair, type KeyPair, validityOfCertificate } from '../../src/certificates/key-pair.ts';
import { selfSigned } from '../../src/certificates/serving.ts';

const now = new Date('2026-11-22T12:00:00Z');
const options = { dnsNames: ['localhost'], ipAddresses: [], now, days: 5 };
let pair: KeyPair;
let other: KeyPair;

beforeAll(async () => {
  [pair, other] = await Promise.all([selfSigned(options), selfSigned(options)]);
});

test('a pair that matches is good, and its dates are read', () => {
  const validity = {
    notBefore: new Date('2026-11-22T11:55:00Z'),
    notAfter: new Date('2026-11-27T12:00:00Z'),
  };
  expect(checkPair(pair, now)).toEqual({ kind: 'good', pair, validity });
  expect(validityOfCertificate(pair.certificate)).toEqual(validity);
});

test('further certificates may follow the first', () => {
  expect(checkPair({ ...pair, certificate: pair.certificate + other.certificate }, now).kind).toBe('good');
});

test.each<[string, () => KeyPair, string | RegExp]>([
  [
    'the key of another certificate',
    () => ({ ...pair, key: other.key }),
    'does not match: tls.key is not the key of tls.crt',
  ],
  [
    'an empty certificate',
    () => ({ ...pair, certificate: '' }),
    'cannot be read: tls.crt holds no whole certificate',
  ],
  [
    'half a certificate',
    () => ({ ...pair, certificate: pair.certificate.slice(0, 400) }),
    'cannot be read: tls.crt holds no whole certificate',
  ],
  [
    'half a key',
    () => ({ ...pair, key: pair.key.slice(0, 400) }),
    'cannot be read: tls.key holds no whole private key',
  ],
  [
    'a certificate of noise',
    () => ({ ...pair, certificate: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' }),
    /^cannot be read: error:/,
  ],
])('%s is told apart', (_, broken, fault) => {
  const checked = checkPair(broken(), now);
  expect(checked).toEqual({
    kind: 'bad',
    fault: typeof fault === 'string' ? fault : expect.stringMatching(fault),
  });
});

test('a pair outside its dates is not good, and says from when to when it was', () => {
  expect(checkPair(pair, new Date('2026-11-27T12:00:01Z'))).toEqual({
    kind: 'bad',
    fault: 'expired at 2026-11-27T12:00:00.000Z',
  });
  expect(checkPair(pair, new Date('2026-11-22T11:54:59Z'))).toEqual({
    kind: 'bad',
    fault: 'is not valid before 2026-11-22T11:55:00.000Z',
  });
});
