import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

import { summaryReporter } from './test/summaryReporter.ts';

// Test files start their own servers on free loopback ports, so they may run side by side;
// three keep the two cores that CI has busy, since many of them wait.
export default defineConfig({
  // One copy of graphql for everyone: Apollo's packages are CommonJS, and Vite alone would take the ESM build.
  resolve: { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/temporaryFolder.ts', 'test/redisAvailable.ts'],
    reporters: ['default', summaryReporter((line) => process.stdout.write(line))],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 3,
    isolate: false,
  },
});
