import { defineConfig } from 'vitest/config';

/**
 * What is measured on a real control plane, one file at a time: `npm run bench:usage`, `faults`, `soak`; and `npm run
 * fidelity`, without one. Each prints its figures.
 */
export default defineConfig({
  test: {
    include: ['bench/*.bench.ts', 'bench/cluster/*.bench.ts'],
    testTimeout: 1_200_000,
    // A control plane that is missing is built first.
    hookTimeout: 1_200_000,
    disableConsoleIntercept: true,
    reporters: ['dot'],
    // What is held can be told from garbage.
    execArgv: ['--expose-gc'],
  },
});
