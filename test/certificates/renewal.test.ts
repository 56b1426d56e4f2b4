import { expect, test } from 'vitest';
import { isRenewalDue, renewalDue } from '../../src/certificates/renewal.ts';

const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2026-03-02T00:00:00Z') };

test('a certificate is due when two thirds of its life are over', () => {
  expect(renewalDue(validity)).toEqual(new Date('2026-02-10T00:00:00Z'));
});

test.each([
  ['2025-12-31T00:00:00Z', false],
  ['2026-02-09T23:59:59Z', false],
  ['2026-02-10T00:00:00Z', true],
  ['2026-04-01T00:00:00Z', true],
])('at %s it is due: %s', (now, due) => {
  expect(isRenewalDue(validity, new Date(now))).toBe(due);
});
