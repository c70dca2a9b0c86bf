import { shared } from './jest.shared.mjs';

/** The built action in the sandbox, with a fault at each place where there can be one. Takes hours. */
export default {
  ...shared,
  displayName: 'faults',
  roots: ['<rootDir>/__tests__/e2e/faults'],
  testTimeout: 300_000,
  maxWorkers: 2,
};
