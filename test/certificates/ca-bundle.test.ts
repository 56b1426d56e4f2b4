import { describe, expect, it } from 'vitest';
import { bundleOf, faultOfCaBundle, isSameBundle } from '../../src/certificates/ca-bundle.ts';
import { createAuthority } from '../../src/certificates/issuer.ts';
import { clientCertificate } from '../support/client-certificates.ts';

const pem = (body: string): string => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
const pair = (name: string) => ({ certificate: pem(name), key: `${name} key` });

describe('a bundle', () => {
  it('holds the authority, the next one and the previous one', () => {
    const data = { authority: pair('AAAA'), serving: pair('SSSS') };
    expect(bundleOf(data)).toBe(pem('AAAA'));
    expect(bundleOf({ ...data, next: pair('NNNN'), previous: pem('PPPP').trimEnd() })).toBe(
      pem('AAAA') + pem('NNNN') + pem('PPPP'),
    );
  });

  it('is the same in another order, with other line ends, or with text around it', () => {
    const bundle = pem('AAAA\nBBBB') + pem('CCCC');
    expect(isSameBundle(bundle, pem('CCCC') + pem('AAAABBBB'))).toBe(true);
    expect(isSameBundle(bundle, bundle.replaceAll('\n', '\r\n'))).toBe(true);
    expect(isSameBundle(bundle, `# ours\n${bundle}`)).toBe(true);
  });

  it.each(['', 'junk', pem('AAAA'), pem('AAAA') + pem('DDDD'), pem('AAAA') + pem('CCCC') + pem('DDDD')])(
    'differs from %j',
    (other) => {
      expect(isSameBundle(pem('AAAA') + pem('CCCC'), other)).toBe(false);
    },
  );
});

const named = (commonName: string, now = new Date()) => createAuthority({ commonName, now, days: 1 });
const [one, other, expired, leaf] = await Promise.all([
  named('one'),
  named('other'),
  named('expired', new Date('2020-01-01')),
  clientCertificate(),
]);
const half = one.certificate.slice(0, one.certificate.length / 2);

describe('a client CA', () => {
  it.each([
    ['one authority', one.certificate],
    [
      'several authorities, with text between them',
      `# ours\n${one.certificate}\n# theirs\n${other.certificate}`,
    ],
    ['the same authority twice', one.certificate + one.certificate],
    ['an expired authority beside its successor', expired.certificate + one.certificate],
    ['an authority together with its private key', one.certificate + one.key],
    ['a file with CRLF line ends', one.certificate.replaceAll('\n', '\r\n')],
  ])('%s is usable', (_, pem) => {
    expect(faultOfCaBundle(pem)).toBeUndefined();
  });

  it.each([
    ['an empty file', '', 'holds no certificate in PEM (-----BEGIN CERTIFICATE-----)'],
    ['plain text', 'ca.crt', 'holds no certificate in PEM (-----BEGIN CERTIFICATE-----)'],
    ['a private key alone', one.key, 'holds no certificate in PEM (-----BEGIN CERTIFICATE-----)'],
    ['half a certificate', half, 'holds no certificate in PEM (-----BEGIN CERTIFICATE-----)'],
    ['a whole certificate and a half', other.certificate + half, 'holds a certificate that is cut short'],
    ['half a certificate and a whole one', half + other.certificate, 'holds a certificate that is cut short'],
    [
      'a certificate of random bytes',
      `${one.certificate}-----BEGIN CERTIFICATE-----\nbm9pc2U=\n-----END CERTIFICATE-----\n`,
      expect.stringMatching(/^holds a certificate, number 2, that cannot be read: /),
    ],
    [
      'a client certificate',
      one.certificate + leaf.certificate,
      'holds a certificate, number 2, that is no authority (CA:TRUE is missing): CN=kube-apiserver',
    ],
  ])('%s is not usable, and the fault says why', (_, pem, fault) => {
    expect(faultOfCaBundle(pem)).toEqual(fault);
  });
});
