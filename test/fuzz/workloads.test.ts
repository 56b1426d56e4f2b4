import { test } from 'vitest';
import { run } from './fuzz.ts';
import { reviews } from './settings.ts';
import { workloadFuzz } from './workloads.ts';

test(
  'a review of a workload is allowed unchanged with the warnings of the second opinion',
  { timeout: 60_000 + 10 * reviews },
  () =>
    run(workloadFuzz(), {
      least: { warned: 0.2, silent: 0.2, rejected: 0.03 },
    }),
);
