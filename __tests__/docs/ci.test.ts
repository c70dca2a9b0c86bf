/** The job that a branch rule asks for: it waits for all others of CI, and passes only when each of them has passed. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';

const jobs = z
  .object({ jobs: z.record(z.string(), z.unknown()) })
  .parse(parse(readFileSync('.github/workflows/ci.yml', 'utf8'))).jobs;
const done = z
  .object({
    if: z.string(),
    needs: z.array(z.string()),
    steps: z.tuple([z.object({ run: z.string(), env: z.object({ FAILED: z.string() }) })]),
  })
  .parse(jobs['done']);

test('it needs every other job, and runs however they end', () => {
  const others = Object.keys(jobs).filter((name) => name !== 'done');
  expect(others.length).toBeGreaterThan(3);
  expect(done.needs.toSorted()).toEqual(others.toSorted());
  expect(done.if).toBe('${{ always() }}');
});

test('it fails for each result that is no success', () => {
  const [{ run, env }] = done.steps;
  expect(run).toBe('test "$FAILED" = false');
  const [, expression = ''] = /^\$\{\{ (.*) \}\}$/.exec(env.FAILED) ?? [];
  // All results that GitHub knows besides `success`.
  const asked = ['cancelled', 'failure', 'skipped'].map((result) => `contains(needs.*.result, '${result}')`);
  expect(expression.split(' || ').toSorted()).toEqual(asked);
});

test('no job of CI may fail and pass all the same', () => {
  expect(readFileSync('.github/workflows/ci.yml', 'utf8')).not.toContain('continue-on-error');
});
