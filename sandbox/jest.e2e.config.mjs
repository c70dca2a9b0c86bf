import { shared } from '../jest.shared.mjs';

/** The sandbox's Kubernetes: real servers, built on the first start. */
export default {
  ...shared,
  displayName: 'sandbox',
  roots: ['<rootDir>/__tests__/e2e'],
  testTimeout: 300_000,
};
