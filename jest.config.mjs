/** What the core decides with; a line of it that no test reaches could decide wrongly unseen. */
const PURE = ['config', 'plan', 'policy', 'report', 'resources', 'space', 'verify'];
const whole = { branches: 100, functions: 100, lines: 100, statements: 100 };

/** Unit and adapter tests. The sandbox suite has a configuration of its own: jest.e2e.config.mjs. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/__tests__/e2e/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
  restoreMocks: true,
  // No test is judged by its time: this only ends one that hangs.
  testTimeout: 60_000,
  collectCoverageFrom: ['src/**/*.ts'],
  coverageReporters: ['text-summary', 'lcovonly'],
  coverageThreshold: {
    global: { branches: 90, functions: 90, lines: 90, statements: 90 },
    ...Object.fromEntries(PURE.map((room) => [`./src/${room}/`, whole])),
  },
};
