/** GitHub's API as a job sees it. */
import { afterEach, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { z } from 'zod';
import { type Github, type JobSettings, startGithub } from '../../github/server.ts';

const running: Github[] = [];

async function start(job: Partial<JobSettings> = {}): Promise<Github> {
  const github = await startGithub({ job, log: () => {} });
  running.push(github);
  return github;
}

async function call(github: Github, method: string, path: string, body?: object): Promise<Response> {
  return fetch(`${github.apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${github.token}` },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((github) => github.close()));
});

test('gives a job a token of five minutes for the asked audience, signed by a published key', async () => {
  const github = await start();
  const url = `${github.idTokenRequestUrl}&audience=${encodeURIComponent('sts.amazonaws.com')}`;
  const response = await fetch(url, { headers: { authorization: `bearer ${github.idTokenRequestToken}` } });
  const { value } = z.object({ value: z.string() }).parse(await response.json());
  const { payload } = await jwtVerify(value, createLocalJWKSet({ keys: [...github.publicKeys] }));
  expect(payload).toMatchObject({
    iss: 'https://token.actions.githubusercontent.com',
    aud: 'sts.amazonaws.com',
    sub: 'repo:octo-org@65/spaces-infra@74:ref:refs/heads/main',
    repository: 'octo-org/spaces-infra',
  });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
});

test('refuses an OIDC token without the bearer, and to a job without the permission', async () => {
  const github = await start();
  expect((await fetch(github.idTokenRequestUrl)).status).toBe(401);
  github.job.permissions.idToken = 'none';
  const headers = { authorization: `bearer ${github.idTokenRequestToken}` };
  expect((await fetch(github.idTokenRequestUrl, { headers })).status).toBe(401);
});

test.each<[Partial<JobSettings>, string]>([
  [{ subject: 'name' }, 'repo:octo-org/spaces-infra:ref:refs/heads/main'],
  [
    { subject: 'name', event: 'pull_request', ref: 'refs/pull/7/merge' },
    'repo:octo-org/spaces-infra:pull_request',
  ],
  [
    { event: 'pull_request', environment: 'prod:eu' },
    'repo:octo-org@65/spaces-infra@74:environment:prod%3Aeu',
  ],
  [{ subject: 'workflow:identity' }, 'workflow:identity'],
])('subject of %j', async (job, subject) => {
  const github = await start(job);
  expect(github.subject()).toBe(subject);
  expect(decodeJwt(await github.idToken('x')).sub).toBe(subject);
});

test('pages comments with links to the other pages', async () => {
  const github = await start();
  const number = github.openPullRequest('Change');
  for (let count = 1; count <= 5; count += 1) github.comment(number, `comment ${count}`, 'someone');
  const path = `/repos/octo-org/spaces-infra/issues/${number}/comments?per_page=2`;
  const first = await call(github, 'GET', path);
  expect(await first.json()).toHaveLength(2);
  expect(first.headers.get('link')).toContain('page=2>; rel="next"');
  expect(first.headers.get('link')).toContain('page=3>; rel="last"');
  const last = await call(github, 'GET', `${path}&page=3`);
  expect(await last.json()).toMatchObject([{ body: 'comment 5' }]);
  expect(last.headers.get('link')).not.toContain('rel="next"');
});

test('creates and updates a comment as the bot of the job, and records the calls', async () => {
  const github = await start();
  const number = github.openPullRequest('Change');
  const comments = `/repos/octo-org/spaces-infra/issues/${number}/comments`;
  const created = await call(github, 'POST', comments, { body: 'one' });
  expect(created.status).toBe(201);
  const { id } = z.object({ id: z.number() }).parse(await created.json());
  const updated = await call(github, 'PATCH', `/repos/octo-org/spaces-infra/issues/comments/${id}`, {
    body: 'two',
  });
  expect(await updated.json()).toMatchObject({ body: 'two', user: { login: 'github-actions[bot]' } });
  expect(github.requests.map(({ method, status }) => [method, status])).toEqual([
    ['POST', 201],
    ['PATCH', 200],
  ]);
});

test('takes a comment of 65,536 characters and no longer one', async () => {
  const github = await start();
  const comments = `/repos/octo-org/spaces-infra/issues/${github.openPullRequest('Change')}/comments`;
  expect((await call(github, 'POST', comments, { body: 'x'.repeat(65_536) })).status).toBe(201);
  expect((await call(github, 'POST', comments, { body: 'x'.repeat(65_537) })).status).toBe(422);
});

test('says what a token may not do', async () => {
  const github = await start({ permissions: { idToken: 'write', issues: 'read', pullRequests: 'none' } });
  const number = github.openPullRequest('Change');
  const comments = `/repos/octo-org/spaces-infra/issues/${number}/comments`;
  const refused = await call(github, 'POST', comments, { body: 'one' });
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ message: 'Resource not accessible by integration' });
  expect((await call(github, 'GET', comments)).status).toBe(200);
  expect((await call(github, 'GET', '/user')).status).toBe(403);
  expect((await fetch(`${github.apiUrl}${comments}`)).status).toBe(401);
});

test.each([
  ['pull_request', 401, 403],
  ['pull_request_target', 200, 201],
])('a pull request of a fork in %s has the tokens that GitHub gives it', async (event, token, comment) => {
  const github = await start({ fork: 'someone/spaces-infra', event });
  const number = github.openPullRequest('Change');
  const headers = { authorization: `bearer ${github.idTokenRequestToken}` };
  expect((await fetch(`${github.idTokenRequestUrl}&audience=a`, { headers })).status).toBe(token);
  const comments = `/repos/octo-org/spaces-infra/issues/${number}/comments`;
  expect((await call(github, 'GET', comments)).status).toBe(200);
  expect((await call(github, 'POST', comments, { body: 'one' })).status).toBe(comment);
});

test('knows the pull request that a merge commit came from', async () => {
  const github = await start();
  github.openPullRequest('Other');
  const number = github.openPullRequest('Change');
  github.merge(number, 'c0ffee');
  const pulls = (sha: string) => call(github, 'GET', `/repos/octo-org/spaces-infra/commits/${sha}/pulls`);
  expect(await (await pulls('c0ffee')).json()).toMatchObject([{ number, state: 'closed' }]);
  expect(await (await pulls('decade')).json()).toEqual([]);
  github.job.permissions.pullRequests = 'none';
  expect((await pulls('c0ffee')).status).toBe(403);
});

test('opens, finds by label, closes and reopens an issue', async () => {
  const github = await start();
  const issues = '/repos/octo-org/spaces-infra/issues';
  await call(github, 'POST', issues, { title: 'Drift', body: 'a', labels: ['drift'] });
  await call(github, 'POST', issues, { title: 'Other' });
  const found = await call(github, 'GET', `${issues}?state=open&labels=drift`);
  expect(await found.json()).toMatchObject([{ number: 1, title: 'Drift', labels: [{ name: 'drift' }] }]);
  await call(github, 'PATCH', `${issues}/1`, { state: 'closed' });
  expect(github.issues.get(1)).toMatchObject({ state: 'closed', stateReason: 'completed' });
  expect(await (await call(github, 'GET', `${issues}?labels=drift`)).json()).toEqual([]);
  await call(github, 'PATCH', `${issues}/1`, { state: 'open', body: 'b' });
  expect(github.issues.get(1)).toMatchObject({ state: 'open', stateReason: 'reopened', body: 'b' });
});

test('a fault answers in place of the API, so many times', async () => {
  const github = await start();
  github.faults.push({ path: /comments$/, status: 503, message: 'Unavailable', times: 1 });
  const comments = `/repos/octo-org/spaces-infra/issues/${github.openPullRequest('Change')}/comments`;
  expect((await call(github, 'GET', comments)).status).toBe(503);
  expect((await call(github, 'GET', comments)).status).toBe(200);
});
