import { afterEach, expect, test, vi } from 'vitest';
import { BackOff } from '../../src/cluster/back-off.ts';

afterEach(() => vi.restoreAllMocks());

test.each([
  ['no jitter', 1, [100, 200, 400, 800, 1_000, 1_000]],
  ['all jitter, which is half of it', 0, [50, 100, 200, 400, 500, 500]],
])('pauses double up to the maximum, with %s', (_, random, pauses) => {
  vi.spyOn(Math, 'random').mockReturnValue(random);
  const backOff = new BackOff({ from: 100, to: 1_000 });
  expect(pauses.map(() => backOff.failed())).toEqual(pauses);
  expect(backOff.failures).toBe(6);
});

test('a success resets the pause', () => {
  const backOff = new BackOff({ from: 100, to: 1_000 });
  for (let failure = 0; failure < 5; failure += 1) backOff.failed();
  backOff.succeeded();
  expect(backOff.failed()).toBeLessThanOrEqual(100);
});

test('pauses stay below the maximum after thousands of failures', () => {
  const backOff = new BackOff({ from: 500, to: 10_000 });
  for (let failure = 0; failure < 5_000; failure += 1) expect(backOff.failed()).toBeLessThanOrEqual(10_000);
});
