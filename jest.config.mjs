import { shared } from './jest.shared.mjs';

/** What the core decides with; a line of it that no test reaches could decide wrongly unseen. */
const PURE = [
  'config',
  'desired',
  'fleet/report',
  'mechanisms',
  'observe',
  'plan',
  'policy',
  'report',
  'resources',
  'space',
  'verify',
];
const whole = { branches: 100, functions: 100, lines: 100, statements: 100 };

/** Unit and adapter tests, and the sandbox's own. The suite in the sandbox has a configuration of its own: jest.e2e.config.mjs. */
export default {
  projects: [
    {
      ...shared,
      displayName: 'action',
      roots: ['<rootDir>/__tests__'],
      testPathIgnorePatterns: ['/__tests__/e2e/'],
      setupFiles: ['<rootDir>/__tests__/support/seed.ts'],
    },
    '<rootDir>/sandbox',
  ],
  // No test is judged by its time: this only ends one that hangs.
  testTimeout: 60_000,
  // One worker for each core: by default one core is left to others.
  maxWorkers: '100%',
  collectCoverageFrom: ['src/**/*.ts'],
  coverageReporters: ['text-summary', 'lcovonly'],
  coverageThreshold: {
    global: { branches: 90, functions: 90, lines: 90, statements: 90 },
    ...Object.fromEntries(PURE.map((room) => [`./src/${room}/`, whole])),
  },
};
