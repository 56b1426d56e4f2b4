import { test } from 'vitest';
import { configMapFuzz } from './config-maps.ts';
import { run } from './fuzz.ts';
import { reviews } from './settings.ts';

test(
  'a review of the ConfigMap has the verdict of the second opinion',
  { timeout: 60_000 + 10 * reviews },
  () =>
    run(configMapFuzz(), {
      least: { denied: 0.3, 'allowed: good': 0.15, 'allowed: accepted': 0.01, 'allowed: unchanged': 0.02 },
      most: { unknown: 0.01 },
    }),
);
