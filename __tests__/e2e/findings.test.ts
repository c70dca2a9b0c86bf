/** Findings for code scanning: the file of a run that drifts, in the standard's form, and of the one after it was healed. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { sarifProblems, sarifSchema } from '../support/sarif.ts';
import { allowAll } from './support/drifts-role.ts';
import { ROLE_NAME } from './support/role.ts';
import { type Inputs, useScene } from './support/scene.ts';

const inputs: Inputs = { identity: 'pod-identity' };
const scene = useScene({ controlPlanes: 2, groups: 1 });

/** A run, and its findings as a later step of the job reads them. */
async function findingsOf(more: Inputs) {
  let content: unknown;
  const run = await scene.run(
    { ...inputs, ...more },
    {
      laterSteps: async (outputs) => {
        content = JSON.parse(await readFile(outputs['sarif-file'] ?? '', 'utf8'));
      },
    },
  );
  expect(sarifProblems(content)).toEqual([]);
  // The job's files go with the job.
  expect(existsSync(run.outputs['sarif-file'] ?? '')).toBe(false);
  const [found] = sarifSchema.parse(content).runs;
  if (found === undefined) throw new Error('no run');
  const { automationDetails, results } = found;
  return { run, id: automationDetails.id, results, rules: results.map(({ ruleId }) => ruleId) };
}

test('of a plan from nothing, and of the apply that carries it out', async () => {
  const planned = await findingsOf({ mode: 'plan' });
  expect(planned.rules).toContain('drift/role');
  expect(planned.rules).toContain('drift/association');
  const applied = await findingsOf({ mode: 'apply' });
  expect(applied.run.outputs['verified']).toBe('true');
  expect(applied.results).toEqual([]);
  expect(new Set([planned.id, applied.id]).size).toBe(2);
});

test('a policy that somebody has widened is one alert of its drift, and those of what it lets be read', async () => {
  scene.world.aws.iam.putRolePolicy(ROLE_NAME, 'spaces-workload-identity', allowAll('secretsmanager:*'));
  const { run, results, rules } = await findingsOf({ mode: 'check' });
  expect(run.outputs).toMatchObject({ verdict: 'drifted', drift: 'true' });
  expect(rules.filter((rule) => rule === 'drift/access-policy')).toHaveLength(1);
  expect(rules.filter((rule) => rule === 'check/permissions')).toHaveLength(2);
  expect(results.map(({ message }) => message.text).join('\n')).toContain('team-a/ctp-1: ');
  const prints = results.map(({ partialFingerprints }) => partialFingerprints);
  const again = await findingsOf({ mode: 'check' });
  expect(again.results.map(({ partialFingerprints }) => partialFingerprints)).toEqual(prints);
  expect(new Set(prints.map((print) => print.primaryLocationLineHash)).size).toBe(results.length);
});

test('healed, nothing is found: the next upload closes them', async () => {
  await scene.succeed({ ...inputs, mode: 'apply' });
  const { run, results } = await findingsOf({ mode: 'check' });
  expect(run.outputs['verdict']).toBe('in-sync');
  expect(results).toEqual([]);
});

test('of a run that can not sign in there is no file', async () => {
  const run = await scene.run({ ...inputs, mode: 'check', 'cluster-name': 'space-prodd' });
  expect(run.outputs).toMatchObject({ 'failure-reason': 'cluster-not-found', 'sarif-file': '' });
});
