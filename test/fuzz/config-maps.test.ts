import { test } from 'vitest';
import { configMapFuzz } from './config-maps.ts';
import { run } from './fuzz.ts';
import { reviews } from './settings.ts';

test(
  'edits of the ConfigMap are judged, let through or left alone as the second opinion has it',
  { timeout: 60_000 + 10 * reviews },
  () =>
    run(configMapFuzz(), {
      least: { denied: 0.3, 'allowed: good': 0.15, 'allowed: accepted': 0.01, 'allowed: unchanged': 0.02 },
      most: { unknown: 0.01 },
    }),
);
