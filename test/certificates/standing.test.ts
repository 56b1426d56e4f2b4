import { expect, test } from 'vitest';
import { hasStood, standing } from '../../src/certificates/standing.ts';

test('what is the same at each look has stood since the first', () => {
  const first = standing(undefined, 'a', 1_000);
  const later = standing(first, 'a', 5_000);
  expect(hasStood(later, 60_000, 60_999)).toBe(false);
  expect(hasStood(later, 60_000, 61_000)).toBe(true);
});

test('what changed, or was not there at one look, begins anew', () => {
  const first = standing(undefined, 'a', 1_000);
  expect(standing(first, 'b', 5_000)).toEqual({ what: 'b', since: 5_000 });
  expect(standing(standing(first, undefined, 5_000), 'a', 9_000)).toEqual({ what: 'a', since: 9_000 });
});

test('nothing has never stood', () => {
  expect(hasStood(undefined, 0, 1_000_000)).toBe(false);
});
