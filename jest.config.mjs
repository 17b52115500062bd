import { availableParallelism } from 'node:os';
import { browserPath } from './test/support/browser-path.mjs';

const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  setupFiles: ['<rootDir>/test/support/property-seed.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          target: 'es2023',
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
};

/** What runs the product needs a server for its databases. */
const withProduct = {
  ...shared,
  roots: ['<rootDir>/test'],
  globalSetup: '<rootDir>/test/support/start-postgres.ts',
  globalTeardown: '<rootDir>/test/support/stop-postgres.ts',
};

if (browserPath === null)
  console.warn('\n!!! NO CHROMIUM ON THIS MACHINE: THE DASHBOARD IS NOT TESTED (apt-get install chromium) !!!\n');

/**
 * Unit specs sit beside the pure code they test; e2e specs run the product against a real PostgreSQL, browser specs in a real
 * browser, where the machine has one.
 */
export default {
  coverageProvider: 'v8',
  // Each waits for its database a third of the time. Jest takes more than 100 % for a number of workers.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  workerIdleMemoryLimit: '1500MB',
  testTimeout: 30_000,
  projects: [
    { ...shared, displayName: 'unit', roots: ['<rootDir>/src'], testMatch: ['**/*.spec.ts'] },
    { ...withProduct, displayName: 'e2e', testMatch: ['**/*.e2e-spec.ts'] },
    ...(browserPath === null ? [] : [{ ...withProduct, displayName: 'browser', testMatch: ['**/*.browser-spec.ts'] }]),
  ],
};
