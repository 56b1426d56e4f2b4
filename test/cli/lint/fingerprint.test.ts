import { expect, it } from 'vitest';
import { fingerprints } from '../../../src/cli/lint/fingerprint.ts';
import { finding } from '../../support/findings.ts';

it('a fingerprint stays the same when lines move', () => {
  const moved = finding({ line: 19, endLine: 19, message: finding().message.replace('line 4', 'line 14') });
  expect(fingerprints('a.yaml', [moved])).toEqual(fingerprints('a.yaml', [finding()]));
});

it('a fingerprint differs by file, code, field, message and count', () => {
  const all = [
    ...fingerprints('a.yaml', [
      finding(),
      finding(),
      finding({ code: 'redundant-alias' }),
      finding({ field: 'node20.aliases[1]' }),
      finding({ message: 'something else' }),
    ]),
    ...fingerprints('b.yaml', [finding()]),
  ];
  expect(new Set(all).size).toBe(all.length);
});
