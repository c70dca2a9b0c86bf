/** What reaches GitHub of a run: outputs, files, summary, annotations, comment and issue. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import * as core from '@actions/core';
import { listen } from '../sandbox/loopback.ts';
import { createLog, type JobLog } from '../src/github/log.ts';
import { newRecord, type RunRecord } from '../src/model/record.ts';
import { jobCancelled } from '../src/tools/cancelled.ts';
import { publish } from '../src/publish.ts';
import { summary } from '../src/report/summary.ts';
import { repository } from './github/setup.ts';
import { eventAt, useJob } from './job.ts';
import { denied, planned } from './report/records.ts';
import { config } from './support/factories.ts';
import { host } from './support/names.ts';
import { running } from './support/workloads.ts';

const job = useJob();

async function published(record: RunRecord, overrides: Partial<Parameters<typeof publish>[1]> = {}) {
  const log: JobLog = createLog();
  const context = { env: {}, directory: job.directory, log, redact: (text: string) => text, ...overrides };
  await publish(record, context);
  return { ...(await job.files()), log };
}

const record = (): RunRecord => ({
  ...planned(running({ a: 'nothing' })),
  checks: [
    { controlPlane: 'team-a/ctp-a', namespace: host('a'), check: 'rollout', status: 'pass', detail: 'ok' },
  ],
});

test('outputs, documents and summary, each from the same record', async () => {
  const whole = record();
  const { outputs, summary: shown } = await published(whole);
  expect(outputs).toMatchObject({
    verdict: 'changes',
    'plan-digest': whole.plan?.digest,
    'plan-file': join(job.directory, 'plan.json'),
    'verification-file': join(job.directory, 'verification.json'),
    'result-file': join(job.directory, 'result.json'),
    'sarif-file': join(job.directory, 'findings.sarif'),
    verified: 'true',
    'failure-reason': '',
    'comment-url': '',
    'issue-url': '',
  });
  expect(JSON.parse(await readFile(outputs['plan-file'] ?? '', 'utf8'))).toEqual(
    JSON.parse(outputs['plan'] ?? ''),
  );
  expect(JSON.parse(await readFile(outputs['verification-file'] ?? '', 'utf8'))).toEqual(
    JSON.parse(outputs['verification'] ?? ''),
  );
  expect(JSON.parse(await readFile(outputs['sarif-file'] ?? '', 'utf8'))).toMatchObject({ version: '2.1.0' });
  expect((await stat(outputs['plan-file'] ?? '')).mode & 0o777).toBe(0o600);
  expect(shown).toBe(summary(whole));
  expect(process.exitCode ?? 0).toBe(0);
});

test('a run that knows nothing sets what there is, and fails with its reason', async () => {
  const { outputs, summary: shown } = await published({ ...newRecord(), failure: denied });
  expect(outputs).toMatchObject({ verdict: 'error', 'failure-reason': 'access-denied', changed: 'false' });
  expect(outputs).toMatchObject({ 'sarif-file': '' });
  expect(outputs).not.toHaveProperty('plan');
  expect(JSON.parse(await readFile(outputs['result-file'] ?? '', 'utf8'))).toEqual({
    version: 1,
    result: {
      verdict: 'error',
      failure: {
        reason: 'access-denied',
        tried: 'read role x',
        said: 'not authorized',
        next: 'Give the job the right.',
      },
    },
  });
  expect(shown).toContain('Failed: <code>access-denied</code>');
  expect(process.exitCode).toBe(1);
  expect(job.lines()).toContain(
    '::error::access-denied: read role x: not authorized%0AGive the job the right.',
  );
});

test('all warnings end in one annotation that names the use', async () => {
  const log = createLog();
  for (const line of ['one', 'two', 'one']) log.warning(line);
  await published(record(), { log });
  expect(job.lines().filter((line) => line.startsWith('::warning'))).toEqual([
    '::warning title=spaces-workload-identity%3A space-prod::one%0Atwo',
  ]);
  await published(newRecord(), { log });
  expect(job.lines()).toContain('::warning title=spaces-workload-identity%3A not started::one%0Atwo');
});

test('secrets are in none of them', async () => {
  const log = createLog();
  log.warning('about team-a');
  const failure = denied;
  await published(
    { ...record(), failure },
    { log, redact: (text) => text.replaceAll('team-a', '***').replaceAll('role x', '***') },
  );
  const { outputs, summary: shown } = await job.files();
  const files = await Promise.all(
    ['plan.json', 'verification.json'].map((name) => readFile(join(job.directory, name), 'utf8')),
  );
  const annotations = job.lines().filter((line) => /^::(?:warning|error)/.test(line));
  for (const text of [...Object.values(outputs), shown, ...files, ...annotations]) {
    expect(text).not.toContain('team-a');
    expect(text).not.toContain('role x');
  }
  expect([shown, ...files].every((text) => text.includes('***'))).toBe(true);
});

test.each([
  ['plan', { 'comment-url': expect.stringMatching(/#issuecomment-\d+$/), 'issue-url': '' }],
  ['check', { 'comment-url': '', 'issue-url': expect.stringMatching(/\/issues\/2$/) }],
] as const)('what a %s has written to GitHub is linked', async (mode, linked) => {
  const { github } = await repository();
  const number = github.openPullRequest('Change');
  const { reporting } = config();
  const env = {
    GITHUB_REPOSITORY: 'octo-org/spaces-infra',
    GITHUB_API_URL: github.apiUrl,
    GITHUB_EVENT_PATH: await eventAt(job.directory, { pull_request: { number } }),
  };
  const whole = planned(running({ a: 'nothing' }), {
    mode,
    reporting: { ...reporting, githubToken: github.token, driftIssue: true },
  });
  const { outputs } = await published({ ...whole, verdict: 'drifted' }, { env });
  expect(outputs).toMatchObject(linked);
});

test('of a cancelled run GitHub’s API is told nothing: its seconds are for outputs and summary', async () => {
  const { github } = await repository();
  const number = github.openPullRequest('Change');
  const { reporting } = config();
  const env = {
    GITHUB_REPOSITORY: 'octo-org/spaces-infra',
    GITHUB_API_URL: github.apiUrl,
    GITHUB_EVENT_PATH: await eventAt(job.directory, { pull_request: { number } }),
  };
  const whole = planned(running({ a: 'nothing' }), {
    reporting: { ...reporting, githubToken: github.token },
  });
  const before = github.requests.length;
  const { outputs, summary: shown } = await published({ ...whole, failure: jobCancelled('plan') }, { env });
  expect(github.requests).toHaveLength(before);
  expect(outputs).toMatchObject({ 'failure-reason': 'cancelled', 'comment-url': '', 'issue-url': '' });
  expect(shown).toContain('Failed: <code>cancelled</code>');
  expect(process.exitCode).toBe(1);
});

test('outputs, summary and failure are there before GitHub’s API is asked, and while it hangs', async () => {
  let asked: (() => void) | undefined;
  const waiting = new Promise<void>((resolve) => (asked = resolve));
  const hanging = async (): Promise<void> => {
    asked?.();
    await new Promise(() => undefined);
  };
  const api = await listen(hanging, { log: () => undefined });
  const { reporting } = config();
  const env = {
    GITHUB_REPOSITORY: 'octo-org/spaces-infra',
    GITHUB_API_URL: api.origin,
    GITHUB_EVENT_PATH: await eventAt(job.directory, { pull_request: { number: 1 } }),
  };
  const whole = planned(running({ a: 'nothing' }), { reporting: { ...reporting, githubToken: 'ghs_x' } });
  const publishing = published({ ...whole, failure: denied }, { env });
  await waiting;
  const { outputs, summary: shown } = await job.files();
  expect(outputs).toMatchObject({ 'failure-reason': 'access-denied', 'plan-digest': whole.plan?.digest });
  expect(shown).toContain('Failed: <code>access-denied</code>');
  expect(process.exitCode).toBe(1);
  await api.close();
  await publishing;
});

test('a summary that can’t be written is said, and fails nothing', async () => {
  jest.spyOn(core.summary, 'write').mockRejectedValue(new Error('disk full'));
  const { outputs } = await published(record());
  expect(job.lines()).toContain('The job summary could not be written: Error: disk full');
  expect(outputs['verdict']).toBe('changes');
  expect(process.exitCode ?? 0).toBe(0);
});

test('documents that can’t be written are said, and the outputs are set all the same', async () => {
  const { outputs } = await published(record(), { directory: join(job.directory, 'missing') });
  expect(job.lines().filter((line) => line.includes('could not be written'))).toEqual([
    expect.stringContaining('plan.json could not be written: Error: ENOENT'),
    expect.stringContaining('verification.json could not be written: Error: ENOENT'),
    expect.stringContaining('result.json could not be written: Error: ENOENT'),
    expect.stringContaining('findings.sarif could not be written: Error: ENOENT'),
  ]);
  expect(outputs).toMatchObject({ verdict: 'changes', 'plan-file': '', 'verification-file': '' });
});
