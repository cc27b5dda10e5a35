import { defineConfig } from 'vitest/config';

// Test files start their own servers on free loopback ports, so they may run side by side;
// two workers match the two cores that CI has.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/redisAvailable.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
