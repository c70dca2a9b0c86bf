import { leftOut } from './__tests__/e2e/support/sampled-files.ts';
import { shared } from './jest.shared.mjs';

/** The bundled action against real Kubernetes, with AWS, GitHub and a Space on loopback; and that Kubernetes itself. */
export default {
  projects: [
    {
      ...shared,
      displayName: 'action',
      roots: ['<rootDir>/__tests__/e2e'],
      testPathIgnorePatterns: leftOut(),
    },
    '<rootDir>/sandbox/jest.e2e.config.mjs',
  ],
  testTimeout: 300_000,
  // A world waits about as long as it works: two of them keep two cores busy, and more would make waits run out.
  maxWorkers: 2,
};
