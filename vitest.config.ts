import { defineConfig } from 'vitest/config';

import { summaryReporter } from './test/summaryReporter.ts';

// Test files start their own servers on free loopback ports, so they may run side by side;
// two workers match the two cores that CI has.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/redisAvailable.ts'],
    reporters: ['default', summaryReporter((line) => process.stdout.write(line))],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
