import { test } from 'vitest';
import { run } from './fuzz.ts';
import { podFuzz } from './pods.ts';
import { reviews } from './settings.ts';

test('a review of a Pod has the answer of the second opinion', { timeout: 60_000 + 10 * reviews }, () =>
  run(podFuzz(), {
    least: { patched: 0.4, allowed: 0.05, denied: 0.05, rejected: 0.03 },
  }),
);
