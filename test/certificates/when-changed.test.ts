import { expect, test } from 'vitest';
import { whenChanged } from '../../src/certificates/when-changed.ts';

test('whenChanged reads an input again when any text of it has changed, and not otherwise', () => {
  const read: string[] = [];
  const lengthOf = whenChanged(({ certificate, next }: { certificate: string; next?: string }) => {
    read.push(`${certificate} ${next}`);
    return certificate.length;
  });
  const inputs = [
    { certificate: 'a' },
    { certificate: 'a' },
    { certificate: 'bc' },
    { certificate: 'bc', next: 'd' },
  ];
  expect([...inputs, { certificate: 'a' }].map(lengthOf)).toEqual([1, 1, 2, 2, 1]);
  expect(read).toEqual(['a undefined', 'bc undefined', 'bc d', 'a undefined']);
});
