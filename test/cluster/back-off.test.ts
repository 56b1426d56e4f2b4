import { expect, test } from 'vitest';
import { BackOff } from '../../src/cluster/back-off.ts';

test('pauses double up to the maximum, each with up to half of jitter', () => {
  const backOff = new BackOff({ from: 100, to: 1_000 });
  for (const max of [100, 200, 400, 800, 1_000, 1_000]) {
    const pause = backOff.failed();
    expect(pause).toBeGreaterThanOrEqual(max / 2);
    expect(pause).toBeLessThanOrEqual(max);
  }
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
