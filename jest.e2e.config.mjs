import { shared } from './jest.shared.mjs';

/** The bundled action against real Kubernetes, with AWS, GitHub and a Space on loopback; and that Kubernetes itself. */
export default {
  projects: [
    { ...shared, displayName: 'action', roots: ['<rootDir>/__tests__/e2e'], testTimeout: 300_000 },
    '<rootDir>/sandbox/jest.e2e.config.mjs',
  ],
  maxWorkers: 1,
};
