import { beforeAll, describe, expect, it } from 'vitest';
import { selfSigned } from '../../src/certificates/issuer.ts';
import {
  checkPair,
  type KeyPair,
  pairChecker,
  validityOfCertificate,
} from '../../src/certificates/key-pair.ts';
import { defaultCiphers } from '../support/default-ciphers.ts';
import { rsaCertificates } from '../support/rsa-certificates.ts';

const now = new Date('2026-11-22T12:00:00Z');
const options = { dnsNames: ['localhost'], ipAddresses: [], now, days: 5 };
let pair: KeyPair;
let other: KeyPair;

beforeAll(async () => {
  [pair, other] = await Promise.all([selfSigned(options), selfSigned(options)]);
});

describe('a pair', () => {
  it('is good when certificate and key match, with its dates', () => {
    const validity = {
      notBefore: new Date('2026-11-22T11:55:00Z'),
      notAfter: new Date('2026-11-27T12:00:00Z'),
    };
    expect(checkPair(pair, now)).toEqual({ kind: 'good', pair, validity });
    expect(validityOfCertificate(pair.certificate)).toEqual(validity);
  });

  it('may have further certificates after the first', () => {
    expect(checkPair({ ...pair, certificate: pair.certificate + other.certificate }, now).kind).toBe('good');
  });

  it.each<[string, () => KeyPair, string | RegExp]>([
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
      () => ({ ...pair, key: pair.key.slice(0, 100) }),
      'cannot be read: tls.key holds no whole private key',
    ],
    [
      'a certificate of random bytes',
      () => ({ ...pair, certificate: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' }),
      /^cannot be read: error:/,
    ],
  ])('is bad with %s', (_, broken, fault) => {
    const checked = checkPair(broken(), now);
    expect(checked).toEqual({
      kind: 'bad',
      fault: typeof fault === 'string' ? fault : expect.stringMatching(fault),
    });
  });

  it.each([
    ['DEFAULT@SECLEVEL=3', 'ee key too small'],
    ['NO-SUCH-CIPHER', 'no cipher match'],
  ])(
    "is bad where Node's default ciphers refuse it, and the fault says where they are set: %s",
    async (ciphers, reason) => {
      const { serving } = await rsaCertificates(now, ['localhost']);
      expect(checkPair(serving, now).kind).toBe('good');
      using _ = defaultCiphers(ciphers);
      expect(checkPair(serving, now)).toEqual({
        kind: 'bad',
        fault: expect.stringMatching(
          `^is refused by OpenSSL \\(.*${reason}\\): .* Node's --tls-cipher-list, in NODE_OPTIONS for example, or of openssl.cnf$`,
        ),
      });
    },
  );

  it('is bad outside its dates, and the fault says so', () => {
    expect(checkPair(pair, new Date('2026-11-27T12:00:01Z'))).toEqual({
      kind: 'bad',
      fault: 'expired at 2026-11-27T12:00:00.000Z',
    });
    expect(checkPair(pair, new Date('2026-11-22T11:54:59Z'))).toEqual({
      kind: 'bad',
      fault: 'is not valid before 2026-11-22T11:55:00.000Z',
    });
  });
});

it('a pair checker gives the result of checkPair, however often it has checked the pair before', () => {
  const check = pairChecker();
  const mixed = { ...pair, key: other.key };
  const times = [now, new Date('2026-11-27T12:00:01Z'), now, new Date('2026-11-22T11:54:59Z')];
  for (const each of [pair, other, mixed, pair])
    for (const time of times) expect(check({ ...each }, time)).toEqual(checkPair(each, time));
});
