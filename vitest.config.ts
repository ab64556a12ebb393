import { defineConfig } from 'vitest/config';

// *.test.ts are pure; *.db.test.ts each get a database of their own, cloned from one migrated template
// on a real PostgreSQL that test/postgres.setup.ts starts once for the whole run.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'emulator/test/**/*.test.ts'],
    globalSetup: ['test/needs.setup.ts', 'test/postgres.setup.ts'],
    setupFiles: ['test/repeatable.setup.ts'],
    // No test is about the clock: these end what hangs, also on a machine that is three times as slow.
    testTimeout: 400_000,
    hookTimeout: 600_000,
    pool: 'forks',
    reporters: process.env.TEST_REPORT ? ['default', ['json', { outputFile: process.env.TEST_REPORT }]] : ['default'],
    // A third while others wait: many tests do, for a lease, a silence or a restart.
    maxWorkers: 3,
  },
});
