import { expect, it } from 'vitest';
import { conversionOf, encodingOf } from '../../src/catalog/text-encoding.ts';

it.each([
  ['', 'utf8', 'UTF-8'],
  ['Größe', 'utf8', 'UTF-8'],
  ['\ufeffGröße', 'utf16le', 'UTF-16'],
  ['Größe', 'latin1', 'unknown'],
] as const)('encodingOf %j in %s is %s', (text, encoding, expected) => {
  expect(encodingOf(Buffer.from(text, encoding))).toBe(expected);
});

it('encodingOf knows UTF-16 with the higher byte first', () => {
  expect(encodingOf(Buffer.from([0xfe, 0xff, 0, 0x61]))).toBe('UTF-16');
});

it('conversionOf is a command of iconv', () => {
  expect(conversionOf('UTF-16', 'a.yaml')).toBe('iconv -f UTF-16 -t UTF-8 a.yaml');
  expect(conversionOf('unknown', 'a.yaml')).toBe('iconv -f ISO-8859-1 -t UTF-8 a.yaml');
});
