import { expect, test } from 'vitest';
import { type HeldCondition, hasHeld, trackCondition } from '../../src/certificates/held-condition.ts';

const OVERLAP = 60_000;
const DAY = 24 * 60 * 60 * 1_000;

/** Looked at again and again: what was seen, and when. */
const seen = (...looks: readonly (readonly [what: string | undefined, uptime: number])[]) =>
  looks.reduce<HeldCondition | undefined>(
    (before, [what, uptime]) => trackCondition(before, what, OVERLAP, uptime),
    undefined,
  );

const soFar = [0, 20_000, 40_000].map((uptime) => ['a', 1_000 + uptime] as const);

test('what is the same at each look has stood since the first', () => {
  expect(hasHeld(seen(...soFar, ['a', 60_999]), OVERLAP)).toBe(false);
  expect(hasHeld(seen(...soFar, ['a', 61_000]), OVERLAP)).toBe(true);
});

test('what changed, or was not there at one look, begins anew', () => {
  expect(seen(...soFar, ['b', 61_000])).toEqual({ what: 'b', held: 0, seen: 61_000 });
  expect(seen(...soFar, [undefined, 50_000], ['a', 61_000])).toEqual({ what: 'a', held: 0, seen: 61_000 });
});

test('time without a look counts as a third of the overlap at most', () => {
  expect(hasHeld(seen(['a', 0], ['a', 15_000], ['a', 30_000], ['a', DAY]), OVERLAP)).toBe(false);
  expect(hasHeld(seen(['a', 0], ['a', DAY], ['a', 2 * DAY]), OVERLAP)).toBe(false);
});

test('also what is seldom looked at has stood in the end', () => {
  expect(hasHeld(seen(['a', 0], ['a', DAY], ['a', 2 * DAY], ['a', 3 * DAY]), OVERLAP)).toBe(true);
});

test('nothing has never stood', () => {
  expect(hasHeld(undefined, 0)).toBe(false);
});
