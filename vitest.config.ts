import { defineConfig } from 'vitest/config';

const settings = { globalSetup: ['tests/testkit/src/global-set-up.ts'], restoreMocks: true };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...settings,
          name: 'unit',
          include: [
            '{protocol,platform,core-realm,security-realm,identity-realm,clients,tools,bench}/**/src/**/*.test.{ts,tsx}',
            'tests/{aws-kms,conformance/realm,testkit,two-part,main-keys,search}/src/**/*.test.ts',
          ],
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          // SPIN and gcc alone: no database.
          name: 'model',
          include: ['tests/two-part/model/*.test.ts'],
        },
      },
      {
        test: {
          ...settings,
          // One constellation after the other: each is a dozen processes.
          name: 'e2e',
          include: ['tests/e2e/src/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
    maxWorkers: 2,
  },
});
