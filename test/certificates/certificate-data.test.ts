import { expect, test } from 'vitest';
import {
  type CertificateData,
  certificateDataFrom,
  textsOf,
} from '../../src/certificates/certificate-data.ts';

const pair = (name: string) => ({ certificate: `${name} certificate`, key: `${name} key` });
const plain: CertificateData = { authority: pair('authority'), serving: pair('serving') };

test.each<[string, CertificateData]>([
  ['plain', plain],
  ['before a change of the authority', { ...plain, next: pair('next') }],
  ['after it', { ...plain, previous: 'previous certificate' }],
])('comes back as it was stored: %s', (_, data) => {
  const stored = JSON.parse(JSON.stringify(textsOf(data)));
  expect(certificateDataFrom(stored)).toEqual(data);
});

test('names every key, so that what is no longer there is taken away', () => {
  expect(Object.keys(textsOf(plain)).sort()).toEqual([
    'ca.crt',
    'ca.key',
    'next-ca.crt',
    'next-ca.key',
    'previous-ca.crt',
    'tls.crt',
    'tls.key',
  ]);
});

test.each(['ca.crt', 'ca.key', 'tls.crt', 'tls.key'])('is nothing without %s', (key) => {
  expect(certificateDataFrom({ ...textsOf(plain), [key]: undefined })).toBeUndefined();
  expect(certificateDataFrom({ ...textsOf(plain), [key]: '' })).toBeUndefined();
});

test('half a successor is none', () => {
  const texts = textsOf({ ...plain, next: pair('next') });
  expect(certificateDataFrom({ ...texts, 'next-ca.key': undefined })).toEqual(plain);
});
