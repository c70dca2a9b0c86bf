/** Where a run came from. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { originOf, readEvent, workflowFile } from '../../src/github/event.ts';

const env = {
  GITHUB_REPOSITORY: 'octo-org/spaces-infra',
  GITHUB_SHA: 'merge-commit',
  GITHUB_RUN_ID: '4711',
  GITHUB_SERVER_URL: 'https://ghe.example.com',
  GITHUB_API_URL: 'https://ghe.example.com/api/v3',
};
const pullRequest = (repo: string | null): string =>
  JSON.stringify({
    pull_request: { number: 7, head: { sha: 'head', repo: repo === null ? null : { full_name: repo } } },
  });

test('a push comes from its commit, and the run is linked on the job’s own server', () => {
  expect(originOf(env, JSON.stringify({ ref: 'refs/heads/main' }))).toEqual({
    owner: 'octo-org',
    repo: 'spaces-infra',
    readOnlyToken: false,
    headSha: 'merge-commit',
    runUrl: 'https://ghe.example.com/octo-org/spaces-infra/actions/runs/4711',
    apiUrl: 'https://ghe.example.com/api/v3',
  });
});

test('a pull request comes from its head, not from the merge commit that the job checks out', () => {
  expect(originOf(env, pullRequest('octo-org/spaces-infra'))).toMatchObject({
    pullRequest: 7,
    readOnlyToken: false,
    headSha: 'head',
  });
});

test.each([
  ['of another repository', 'someone/spaces-infra', true],
  // GitHub gives no repository for a fork that has been deleted.
  ['of a fork that is gone', null, true],
])('a head %s is a fork: its token can only read', (_name, repo, readOnly) => {
  for (const event of ['pull_request', 'pull_request_review', '']) {
    expect(originOf({ ...env, GITHUB_EVENT_NAME: event }, pullRequest(repo)).readOnlyToken).toBe(readOnly);
  }
});

test('in pull_request_target the token has what `permissions` says, of a fork as well', () => {
  const target = { ...env, GITHUB_EVENT_NAME: 'pull_request_target' };
  expect(originOf(target, pullRequest('someone/spaces-infra'))).toMatchObject({
    pullRequest: 7,
    readOnlyToken: false,
  });
});

test('an empty variable counts as none', () => {
  expect(originOf({ ...env, GITHUB_API_URL: '', GITHUB_SERVER_URL: '' }, '')).toMatchObject({
    apiUrl: 'https://api.github.com',
    runUrl: 'https://github.com/octo-org/spaces-infra/actions/runs/4711',
  });
});

test('a payload without a head is the repository’s own', () => {
  expect(originOf(env, JSON.stringify({ pull_request: { number: 7 } }))).toMatchObject({
    pullRequest: 7,
    readOnlyToken: false,
    headSha: 'merge-commit',
  });
});

test.each(['', '{', '[]', 'null', '{"pull_request":{"number":"7"}}'])('%j is no event to go by', (event) => {
  expect(originOf(env, event)).not.toHaveProperty('pullRequest');
});

test('outside of GitHub everything has a value', () => {
  expect(originOf({}, '')).toEqual({
    owner: '',
    repo: '',
    readOnlyToken: false,
    headSha: '',
    runUrl: 'https://github.com//actions/runs/',
    apiUrl: 'https://api.github.com',
  });
});

test('the event is read from its file; without one it is empty', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'event-'));
  const path = join(directory, 'event.json');
  await writeFile(path, '{"a":1}');
  expect(await readEvent({ GITHUB_EVENT_PATH: path })).toBe('{"a":1}');
  await rm(directory, { recursive: true });
  expect(await readEvent({ GITHUB_EVENT_PATH: path })).toBe('');
  expect(await readEvent({})).toBe('');
});

test.each([
  ['octo-org/infra/.github/workflows/check.yml@refs/heads/main', '.github/workflows/check.yml'],
  ['octo-org/infra/.github/workflows/a b.yaml@refs/heads/x.yml@2', '.github/workflows/a b.yaml'],
  ['octo-org/infra/dynamic/pages@refs/heads/main', '.github/workflows'],
  ['', '.github/workflows'],
])('of workflow %j the file is %j', (ref, file) => {
  expect(workflowFile({ GITHUB_WORKFLOW_REF: ref })).toBe(file);
});
