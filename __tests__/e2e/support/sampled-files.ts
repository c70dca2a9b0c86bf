/** The suite as a sample: which of its files run. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';

/** What would do most harm if it broke: never left out. */
const ALWAYS = new Set([
  'acceptance',
  'apply',
  'examples',
  'examples-fleet',
  'examples-irsa',
  'first-run',
  'isolation',
  'moves',
  'nobody-loses',
  'permissions',
  'refusals',
  'secrets',
  'verification',
]);

/** About half of the others: those that the seed chooses. */
function isLeftOut(name: string, seed: string): boolean {
  return !ALWAYS.has(name) && createHash('sha256').update(`${seed} ${name}`).digest().readUInt8() % 2 === 1;
}

/**
 * Hours of work when they run whole: `npm run test:faults`. A sample has one case of each, of the two mechanisms from nothing one, and not
 * the one that waits for minutes.
 */
const FAULTS = '/__tests__/e2e/faults/';

/**
 * Patterns of the files that are left out: by a sample, those that its seed chooses; without `E2E_SAMPLE`, the long suites. One seed
 * chooses the same files, and the same cases in them (`sample.ts`).
 */
export function leftOut(seed = process.env['E2E_SAMPLE'] ?? ''): string[] {
  if (seed === '') return [FAULTS];
  const other = isLeftOut('faults', seed) ? 'irsa' : 'pod-identity';
  const files = readdirSync(new URL('..', import.meta.url))
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => file.replace(/\.test\.ts$/, ''))
    .filter((name) => isLeftOut(name, seed))
    .map((name) => `/__tests__/e2e/${name}\\.test\\.ts$`);
  return [...files, ...[`killed-${other}`, 'long-upgrade'].map((name) => `${FAULTS}${name}\\.test\\.ts$`)];
}
