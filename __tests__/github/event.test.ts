/** Where a run came from. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { forkOf, originOf, ownRepository, readEvent, workflowFile } from '../../src/github/event.ts';

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

test.each<[string, string, string, string | undefined]>([
  [
    'of another repository',
    'pull_request',
    pullRequest('someone/spaces-infra'),
    'the fork someone/spaces-infra',
  ],
  ['of a fork that is gone', 'pull_request', pullRequest(null), 'a fork that has been deleted'],
  ['in a review', 'pull_request_review', pullRequest('someone/x'), 'the fork someone/x'],
  ['in pull_request_target', 'pull_request_target', pullRequest('someone/spaces-infra'), undefined],
  ['of the repository itself', 'pull_request', pullRequest('octo-org/spaces-infra'), undefined],
  ['of no pull request', 'push', '{"ref":"refs/heads/main"}', undefined],
])('a head %s: which fork it is', (_name, event, payload, fork) => {
  expect(forkOf({ ...env, GITHUB_EVENT_NAME: event }, payload)).toBe(fork);
});

test.each<[string, Record<string, string>, string | undefined]>([
  [
    'the repository of the action at the ref that is used',
    { GITHUB_ACTION_REPOSITORY: 'octo-org/identity', GITHUB_ACTION_REF: 'v1', GITHUB_SERVER_URL: '' },
    'https://github.com/octo-org/identity/raw/v1',
  ],
  [
    'the same on the job’s own server',
    { GITHUB_ACTION_REPOSITORY: 'octo-org/identity', GITHUB_ACTION_REF: 'v1' },
    'https://ghe.example.com/octo-org/identity/raw/v1',
  ],
  [
    'none, of an action in the workflow’s repository',
    { GITHUB_ACTION_REPOSITORY: '', GITHUB_ACTION_REF: '' },
    undefined,
  ],
  ['none, where a ref is missing', { GITHUB_ACTION_REPOSITORY: 'octo-org/identity' }, undefined],
])('where the action’s own files lie: %s', (_name, more, address) => {
  expect(ownRepository({ ...env, ...more })).toBe(address);
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
