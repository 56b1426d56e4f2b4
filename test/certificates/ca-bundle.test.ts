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

/** Made by openssl, with an organization as the first part of its subject. */
const CLIENT_OF_A_GROUP = `-----BEGIN CERTIFICATE-----
MIIBtjCCAV2gAwIBAgIUYgMHlyq7NEC0HVpZClPzv0cN6kswCgYIKoZIzj0EAwIw
NDEXMBUGA1UECgwOc3lzdGVtOm1hc3RlcnMxGTAXBgNVBAMMEGt1YmVybmV0ZXMt
YWRtaW4wHhcNMjYxMTMwMjEzMjE1WhcNMzYxMTI3MjEzMjE1WjA0MRcwFQYDVQQK
DA5zeXN0ZW06bWFzdGVyczEZMBcGA1UEAwwQa3ViZXJuZXRlcy1hZG1pbjBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABPJeXspTUm57TkoiM47pLpSj0AQyhkWEJufY
CIQJHo2uXfcyT4kNqiXckQcL8qE3bQ7IfIQIyeQQ2UO0ApEe62qjTTBLMB0GA1Ud
DgQWBBSuwt3bOy0JA3XtQAkrk/fwM1dC/TAfBgNVHSMEGDAWgBSuwt3bOy0JA3Xt
QAkrk/fwM1dC/TAJBgNVHRMEAjAAMAoGCCqGSM49BAMCA0cAMEQCIE3U/v+OAdrR
ZRTXKCR8be830UawIyjYAlGjVuAvWMq4AiBN2d7uPAQABX71t6pJCvs0cQfVJCgD
8pvNuSsKJ7WtTw==
-----END CERTIFICATE-----
`;

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
    [
      'a certificate of a user in a group',
      CLIENT_OF_A_GROUP,
      'holds a certificate, number 1, that is no authority (CA:TRUE is missing): O=system:masters, CN=kubernetes-admin',
    ],
  ])('%s is not usable, and the fault says why', (_, pem, fault) => {
    expect(faultOfCaBundle(pem)).toEqual(fault);
  });
});
