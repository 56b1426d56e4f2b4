import { expect, test } from 'vitest';
import { createAuthority } from '../../src/certificates/authority.ts';
import { faultOfCaBundle } from '../../src/certificates/ca-bundle-fault.ts';
import { clientCertificate } from '../support/client-certificates.ts';

const named = (commonName: string, now = new Date()) => createAuthority({ commonName, now, days: 1 });
const [one, other, expired, leaf] = await Promise.all([
  named('one'),
  named('other'),
  named('expired', new Date('2020-01-01')),
  clientCertificate(),
]);
const half = one.certificate.slice(0, one.certificate.length / 2);

test.each([
  ['one authority', one.certificate],
  ['several, with words between them', `# ours\n${one.certificate}\n# theirs\n${other.certificate}`],
  ['the same one twice', one.certificate + one.certificate],
  ['an expired one beside its successor', expired.certificate + one.certificate],
  ['an authority with its key, which is nobody else’s business', one.certificate + one.key],
  ['lines that end as on Windows', one.certificate.replaceAll('\n', '\r\n')],
])('%s is a bundle', (_, pem) => {
  expect(faultOfCaBundle(pem)).toBeUndefined();
});

test.each([
  ['nothing', '', 'holds no certificate in PEM (-----BEGIN CERTIFICATE-----)'],
  ['words', 'ca.crt', 'holds no certificate in PEM (-----BEGIN CERTIFICATE-----)'],
  ['a key alone', one.key, 'holds no certificate in PEM (-----BEGIN CERTIFICATE-----)'],
  ['half a certificate', half, 'holds no certificate in PEM (-----BEGIN CERTIFICATE-----)'],
  ['a whole one and a half', other.certificate + half, 'holds a certificate that is cut short'],
  ['half a one and a whole', half + other.certificate, 'holds a certificate that is cut short'],
  [
    'a certificate that is noise',
    `${one.certificate}-----BEGIN CERTIFICATE-----\nbm9pc2U=\n-----END CERTIFICATE-----\n`,
    expect.stringMatching(/^holds a certificate, number 2, that cannot be read: /),
  ],
  [
    "an API server's own certificate",
    one.certificate + leaf.certificate,
    'holds a certificate, number 2, that is no authority (CA:TRUE is missing): CN=kube-apiserver',
  ],
])('%s is none, and it is said why', (_, pem, fault) => {
  expect(faultOfCaBundle(pem)).toEqual(fault);
});
