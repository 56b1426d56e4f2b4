import { describe, expect, it } from 'vitest';
import {
  type CertificateData,
  certificateDataFrom,
  textsOf,
} from '../../src/certificates/certificate-data.ts';

const pair = (name: string) => ({ certificate: `${name} certificate`, key: `${name} key` });
const plain: CertificateData = { authority: pair('authority'), serving: pair('serving') };

describe('the data of the Secret', () => {
  it.each<[string, CertificateData]>([
    ['without another authority', plain],
    ['with a next authority', { ...plain, next: pair('next') }],
    ['with a previous authority', { ...plain, previous: 'previous certificate' }],
  ])('is the same after it was stored and read: %s', (_, data) => {
    const stored = JSON.parse(JSON.stringify(textsOf(data)));
    expect(certificateDataFrom(stored)).toStrictEqual(data);
  });

  it('has every key when it is written, so that an absent text is removed', () => {
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

  it.each(['ca.crt', 'ca.key', 'tls.crt', 'tls.key'])('is unreadable without %s', (key) => {
    expect(certificateDataFrom({ ...textsOf(plain), [key]: undefined })).toBeUndefined();
    expect(certificateDataFrom({ ...textsOf(plain), [key]: '' })).toBeUndefined();
  });

  it('has no next authority when half of its pair is missing', () => {
    const texts = textsOf({ ...plain, next: pair('next') });
    expect(certificateDataFrom({ ...texts, 'next-ca.key': undefined })).toStrictEqual(plain);
  });
});
