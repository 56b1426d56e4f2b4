import { expect, test } from 'vitest';
import { bundleOf, isSameBundle } from '../../src/certificates/bundle.ts';

const pem = (body: string): string => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
const pair = (name: string) => ({ certificate: pem(name), key: `${name} key` });

test('holds whoever signed, signs, or is about to sign what a replica serves', () => {
  const data = { authority: pair('AAAA'), serving: pair('SSSS') };
  expect(bundleOf(data)).toBe(pem('AAAA'));
  expect(bundleOf({ ...data, next: pair('NNNN'), previous: pem('PPPP').trimEnd() })).toBe(
    pem('AAAA') + pem('NNNN') + pem('PPPP'),
  );
});

test('says the same in another order, with other line ends, or with words around it', () => {
  const bundle = pem('AAAA\nBBBB') + pem('CCCC');
  expect(isSameBundle(bundle, pem('CCCC') + pem('AAAABBBB'))).toBe(true);
  expect(isSameBundle(bundle, bundle.replaceAll('\n', '\r\n'))).toBe(true);
  expect(isSameBundle(bundle, `# ours\n${bundle}`)).toBe(true);
});

test.each(['', 'junk', pem('AAAA'), pem('AAAA') + pem('DDDD'), pem('AAAA') + pem('CCCC') + pem('DDDD')])(
  'says something else: %j',
  (other) => {
    expect(isSameBundle(pem('AAAA') + pem('CCCC'), other)).toBe(false);
  },
);
