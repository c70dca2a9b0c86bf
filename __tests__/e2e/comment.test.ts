/** The report on a pull request and the drift issue, as GitHub has them after several runs. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import { readMarker } from '../../src/report/marker.ts';
import { type Run, useScene } from './support/scene.ts';

const identity = 'irsa';
const plan = { mode: 'plan', identity };
const scene = useScene({ controlPlanes: 2, groups: 2 });
const github = () => scene.world.github;
let pullRequest = 0;
let runs = 0;

/** The calls that changed something on GitHub since the test began. */
let seen = 0;
const writes = (): string[] =>
  github()
    .requests.slice(seen)
    .filter(({ method, path }) => method !== 'GET' && path.startsWith('/repos/'))
    .map(({ method, path }) => `${method} ${path.replace(/^.*spaces-infra\//, '')}`);

/** The job of another workflow run from now on. */
function become(event: string, ref: string): void {
  runs += 1;
  Object.assign(github().job, { event, ref, runId: String(5000 + runs) });
  scene.world.admitJob();
}

const onPullRequest = (): void => {
  become('pull_request', `refs/pull/${pullRequest}/merge`);
};

beforeAll(() => {
  pullRequest = github().openPullRequest('Serve another control plane');
  for (let count = 1; count <= 120; count += 1) github().comment(pullRequest, `comment ${count}`, 'someone');
});
beforeEach(() => {
  seen = github().requests.length;
  Object.assign(github().job.permissions, { pullRequests: 'write', issues: 'write' });
});

const ours = () => {
  const found = [...github().comments.values()].filter(({ body }) => readMarker(body) !== undefined);
  expect(found).toHaveLength(1);
  return found[0] ?? { id: 0, body: '' };
};

test('a plan on a pull request becomes one comment, after 120 of others', async () => {
  onPullRequest();
  const run = await scene.succeed(plan);
  const { id, body } = ours();
  expect(writes()).toEqual([`POST issues/${pullRequest}/comments`]);
  expect(run.outputs['comment-url']).toBe(
    `https://github.com/octo-org/spaces-infra/issues/${pullRequest}#issuecomment-${id}`,
  );
  expect(readMarker(body)).toMatchObject({
    label: 'space-prod',
    digest: run.outputs['plan-digest'],
    headSha: github().job.sha,
  });
  expect(body).toContain(`**${run.outputs['summary-line']}**`);
  expect(body).toContain('📋 plan ready for review');
  expect(body).toContain('<code>team-a/ctp-1</code>');
});

test('the same plan of the same run is not written again', async () => {
  await scene.succeed(plan);
  expect(writes()).toEqual([]);
});

test('another plan is written over it, in place', async () => {
  const before = ours();
  await scene.world.addControlPlane('team-b', 'ctp-3');
  onPullRequest();
  const run = await scene.succeed(plan);
  const after = ours();
  expect(after.id).toBe(before.id);
  expect(writes()).toEqual([`PATCH issues/comments/${before.id}`]);
  expect(after.body).toContain('<code>team-b/ctp-3</code>');
  expect(readMarker(after.body)?.digest).toBe(run.outputs['plan-digest']);
  expect(github().comments.size).toBe(121);
});

test('a failed plan says so in the comment', async () => {
  onPullRequest();
  await scene.fail('invalid-input', {
    ...plan,
    'role-arn': 'arn:aws:iam::111122223333:role/missing',
    'secret-prefixes': '',
    'parameter-prefixes': '',
  });
  expect(ours().body).toMatch(/❌ failed/);
  expect(ours().body).toContain('Failed: <code>invalid-input</code>');
});

test('with `comment-on-pr: false` GitHub is not asked', async () => {
  onPullRequest();
  await scene.succeed({ ...plan, 'comment-on-pr': 'false' });
  expect(
    github()
      .requests.slice(seen)
      .filter(({ path }) => path.startsWith('/repos/')),
  ).toEqual([]);
});

test('a pull request from a fork gets none: one line in the log says why', async () => {
  onPullRequest();
  const env = scene.world.environment();
  const event = join(scene.world.dir, 'fork.json');
  const head = { sha: github().job.sha, repo: { full_name: 'someone/spaces-infra' } };
  await writeFile(event, JSON.stringify({ pull_request: { number: pullRequest, head } }));
  const run = await scene.succeed(plan, { env: { ...env, GITHUB_EVENT_PATH: event } });
  expect(writes()).toEqual([]);
  expect(run.outputs['comment-url']).toBe('');
  expect(linesAbout(run, 'pull request comment')).toEqual([
    "No pull request comment: GitHub's token is read-only for pull requests from forks. The job summary has the report.",
  ]);
});

/** What the log says of it, each once: the annotation repeats a warning. */
const linesAbout = (run: Run, what: string): string[] => {
  const lines = run.log.split('\n').filter((line) => line.includes(`No ${what}`));
  return [...new Set(lines.map((line) => line.replace(/^warning: /i, '')))];
};

test('without the permission the job stays green, and one line says which it needs', async () => {
  onPullRequest();
  github().job.permissions.pullRequests = 'read';
  github().job.permissions.issues = 'none';
  const run = await scene.succeed(plan);
  expect(run.outputs).toMatchObject({ verdict: 'changes', 'comment-url': '' });
  expect(linesAbout(run, 'pull request comment')).toEqual([
    'No pull request comment: GitHub refuses it (403); the job needs `permissions: pull-requests: write`.',
  ]);
  expect(run.annotations.filter(({ level }) => level === 'warning')).toHaveLength(1);
});

const check = { mode: 'check', identity, 'drift-issue': 'true', 'fail-on-drift': 'false' };
const issue = () => {
  const found = [...github().issues.values()].filter(({ body }) => readMarker(body) !== undefined);
  expect(found.length).toBeLessThanOrEqual(1);
  return found[0];
};
const scheduled = async (): Promise<Run> => {
  become('schedule', 'refs/heads/main');
  return await scene.succeed(check);
};

test('drift opens an issue; the next check writes over it and does not comment', async () => {
  const first = await scheduled();
  const opened = issue();
  expect(opened).toMatchObject({ state: 'open', title: 'Workload identity of space-prod has drifted' });
  expect(first.outputs['issue-url']).toBe(
    `https://github.com/octo-org/spaces-infra/issues/${opened?.number}`,
  );
  expect(opened?.body).toContain(`Checked at ${first.outputs['checked-at']}`);

  const second = await scheduled();
  expect(issue()?.number).toBe(opened?.number);
  expect(issue()?.body).toContain(`Checked at ${second.outputs['checked-at']}`);
  expect(github().comments.size).toBe(121);
  expect(writes()).toEqual(['POST issues', `PATCH issues/${opened?.number}`]);
});

test('a check that could not look leaves the issue as it is', async () => {
  const before = { ...issue() };
  scene.world.aws.faults.add({
    action: 'iam:GetRole',
    error: { code: 'AccessDenied', message: 'not authorized to perform: iam:GetRole', status: 403 },
    times: 20,
  });
  become('schedule', 'refs/heads/main');
  const run = await scene.fail('access-denied', check);
  scene.world.aws.faults.clear();
  expect(run.outputs).toMatchObject({ verdict: 'unknown' });
  expect(run.outputs['verdict']).not.toBe('in-sync');
  expect(run.log).toContain('The drift issue is left as it is: this run could not look.');
  expect(writes()).toEqual([]);
  expect({ ...issue() }).toEqual(before);
});

test('when all is in order again the issue is closed, and with new drift opened again', async () => {
  become('push', 'refs/heads/main');
  await scene.succeed({ mode: 'apply', identity });
  const clean = await scheduled();
  expect(clean.outputs).toMatchObject({ verdict: 'in-sync', drift: 'false' });
  expect(issue()).toMatchObject({ state: 'closed', stateReason: 'completed' });
  expect(clean.outputs['issue-url']).toMatch(/\/issues\/\d+$/);

  seen = github().requests.length;
  await scheduled();
  expect(writes()).toEqual([]);

  scene.world.aws.iam.editRole('space-prod-shared-secrets', { inlinePolicies: {} });
  await scheduled();
  expect(issue()).toMatchObject({ state: 'open', stateReason: 'reopened' });
});

test('without `issues: write` the check stays as green as it is', async () => {
  github().job.permissions.issues = 'read';
  const run = await scheduled();
  expect(run.outputs).toMatchObject({ verdict: 'drifted', 'issue-url': '' });
  expect(linesAbout(run, 'drift issue')).toEqual([
    'No drift issue: GitHub refuses it (403); the job needs `permissions: issues: write`.',
  ]);
});
