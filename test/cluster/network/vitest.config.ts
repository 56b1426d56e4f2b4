import { defineConfig } from 'vitest/config';

/** What runs inside a network namespace of its own: `service.test.ts` starts it. */
export default defineConfig({
  test: {
    include: ['test/cluster/network/*.inside.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
