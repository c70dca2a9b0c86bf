/** The suite as a sample: of the cases that a file runs alike, one. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { expect } from '@jest/globals';

/**
 * All cases; with `E2E_SAMPLE`, one of them, which that seed and the name of the file choose. `.ci/run` runs such a sample, so that
 * it stays short; the nightly workflow runs them all. The same seed chooses the same cases.
 */
export function sampled<T>(cases: readonly T[]): readonly T[] {
  return drawn(cases) ?? cases;
}

/** The one case of a sample; undefined where all run. */
export function drawn<T>(cases: readonly T[]): readonly T[] | undefined {
  const seed = process.env['E2E_SAMPLE'] ?? '';
  if (seed === '') return undefined;
  const file = basename(expect.getState().testPath ?? '');
  const chosen = createHash('sha256').update(`${seed} ${file}`).digest().readUInt32BE() % cases.length;
  return cases.filter((_case, index) => index === chosen);
}
