import unit from './jest.config.mjs';

/** The sandbox suite: the bundled action against real Kubernetes, with AWS, GitHub and a Space on loopback. */
export default {
  ...unit,
  testMatch: ['<rootDir>/__tests__/e2e/**/*.test.ts'],
  testPathIgnorePatterns: [],
  testTimeout: 300_000,
  maxWorkers: 1,
};
