import { test } from 'vitest';
import { run } from './fuzz.ts';
import { reviews } from './settings.ts';
import { workloadFuzz } from './workloads.ts';

test(
  'who writes a workload is told what the second opinion has to tell, and nothing is changed',
  { timeout: 60_000 + 10 * reviews },
  () =>
    run(workloadFuzz(), {
      least: { warned: 0.2, silent: 0.2, rejected: 0.03 },
    }),
);
