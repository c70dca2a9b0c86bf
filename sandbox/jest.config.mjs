import { shared } from '../jest.shared.mjs';

/** The sandbox's own tests, but those that start a real Kubernetes: jest.e2e.config.mjs. */
export default {
  ...shared,
  displayName: 'sandbox',
  roots: ['<rootDir>/__tests__'],
  testPathIgnorePatterns: ['/__tests__/e2e/'],
  testTimeout: 60_000,
};
