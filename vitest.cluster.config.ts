import { defineConfig } from 'vitest/config';

/** The tests against a real control plane: `vitest run --config vitest.cluster.config.ts`. */
export default defineConfig({
  test: {
    include: ['test/cluster/**/*.test.ts'],
    globalSetup: 'test/cluster/global-setup.ts',
    // They share one API server, on which webhook configurations hold for everybody.
    fileParallelism: false,
    testTimeout: 120_000,
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 120_000,
  },
});
