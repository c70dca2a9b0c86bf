/** One run of the search as the runner starts it, with the job’s own credentials, against an account. */
import { readFileSync, statSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import type { Aws } from '../sandbox/aws/index.ts';
import { runFleet } from '../src/fleet-action.ts';
import { useAccount, useJob } from './job.ts';

const job = useJob();
let account: Aws | undefined;
afterEach(async () => {
  await account?.close();
  account = undefined;
});

/** Inputs as variables, in the environment of a job that may do everything. */
async function run(inputs: Readonly<Record<string, string>>, signal = new AbortController().signal) {
  const { aws, variables } = await useAccount();
  account = aws;
  const given = Object.entries(inputs).map(
    ([name, value]) => [`INPUT_${name.toUpperCase()}`, value] as const,
  );
  job.set({ RUNNER_TEMP: job.directory, ...variables, ...Object.fromEntries(given) });
  await runFleet(process.env, signal);
  return { aws, ...(await job.files()) };
}

test('what is found is handed over: outputs, a private file, the summary', async () => {
  const { outputs, summary, state } = await run({ regions: 'eu-central-1', 'role-name-in-account': 'check' });
  const entry = {
    cluster: 'space-prod',
    region: 'eu-central-1',
    account: '111122223333',
    role: 'arn:aws:iam::111122223333:role/check',
    label: 'space-prod',
  };
  expect(JSON.parse(outputs['matrix'] ?? '')).toEqual({ include: [entry] });
  expect(JSON.parse(outputs['matrices'] ?? '')).toEqual([{ include: [entry] }]);
  expect(outputs['unreachable']).toBe('[]');
  expect(outputs['failure-reason']).toBe('');
  const file = outputs['clusters-file'] ?? '';
  expect(file.startsWith(state['directory'] ?? '-')).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version: 1, clusters: [entry] });
  expect(summary).toContain('### Fleet: 1 cluster');
  expect(process.exitCode ?? 0).toBe(0);
});

test('a selection of nobody is a warning', async () => {
  const { outputs, summary } = await run({ regions: 'eu-central-1', clusters: 'none' });
  expect(outputs).toMatchObject({ matrix: '{"include":[]}', matrices: '[]' });
  expect(summary).toContain('no cluster fits');
  expect(job.lines().filter((line) => line.startsWith('::warning'))).toHaveLength(1);
  expect(process.exitCode ?? 0).toBe(0);
});

test('a run with bad inputs hands over why, and calls nobody', async () => {
  const { aws, outputs, summary } = await run({ regions: '' });
  expect(aws.calls).toEqual([]);
  expect(outputs).toEqual({ 'failure-reason': 'invalid-input' });
  expect(summary).toContain('Failed: <code>invalid-input</code>');
  expect(job.lines().find((line) => line.startsWith('::error::'))).toContain('`regions` is required');
  expect(process.exitCode).toBe(1);
});

test('a run that could look at nothing fails with the reason, and still tells what is unreachable', async () => {
  const { aws, variables } = await useAccount();
  account = aws;
  aws.faults.add({
    action: 'eks:ListClusters',
    error: { code: 'AccessDeniedException', message: 'no identity-based policy allows it', status: 403 },
  });
  job.set({ RUNNER_TEMP: job.directory, ...variables, INPUT_REGIONS: 'eu-central-1' });
  await runFleet(process.env, new AbortController().signal);
  const { outputs } = await job.files();
  expect(outputs).toMatchObject({ 'failure-reason': 'access-denied' });
  expect(outputs['matrix']).toBeUndefined();
  expect(JSON.parse(outputs['unreachable'] ?? '')).toMatchObject([{ region: 'eu-central-1', cluster: '' }]);
  expect(job.lines().find((line) => line.startsWith('::error::'))).toContain('permissions/iam/fleet.json');
  expect(process.exitCode).toBe(1);
});

test('a service that asks to slow down is told of', async () => {
  const { aws, variables } = await useAccount();
  account = aws;
  aws.faults.add({
    action: 'eks:ListClusters',
    error: { code: 'ThrottlingException', message: 'Rate exceeded', status: 429 },
  });
  job.set({ RUNNER_TEMP: job.directory, ...variables, INPUT_REGIONS: 'eu-central-1' });
  await runFleet(process.env, new AbortController().signal);
  const { summary, outputs } = await job.files();
  expect(JSON.parse(outputs['matrix'] ?? '')).toMatchObject({ include: [{ cluster: 'space-prod' }] });
  expect(summary).toContain('asked to slow down');
});

test('a job that is cancelled before the first call makes none to EKS', async () => {
  const { aws, outputs } = await run({ regions: 'eu-central-1' }, AbortSignal.abort());
  expect(aws.calls.filter(({ service }) => service === 'eks')).toEqual([]);
  expect(outputs).toEqual({ 'failure-reason': 'cancelled' });
  expect(job.lines().find((line) => line.startsWith('::error::'))).toContain('cancelled');
});
