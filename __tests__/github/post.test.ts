/** Posting comment and issue, and finding a reviewed plan, against the sandbox’s GitHub. */
import { describe, expect, test } from '@jest/globals';
import { post } from '../../src/github/post.ts';
import { reviewedChanges } from '../../src/github/reviewed.ts';
import type { Config } from '../../src/model/config.ts';
import type { RunRecord } from '../../src/model/record.ts';
import { fingerprints } from '../../src/plan/fingerprints.ts';
import { comment } from '../../src/report/comment.ts';
import { denied, planned } from '../report/records.ts';
import { config } from '../support/factories.ts';
import { running } from '../support/workloads.ts';
import { keeping, originAt, repository, type Repository } from './setup.ts';

const asIs = (text: string): string => text;
const reporting = (token: string, overrides: Partial<Config['reporting']> = {}): Partial<Config> => ({
  reporting: { ...config().reporting, githubToken: token, ...overrides },
});

/** A repository with a pull request on which the action runs. */
async function onPullRequest(overrides: Partial<Config['reporting']> = {}) {
  const repo = await repository();
  const number = repo.github.openPullRequest('Change');
  const record = planned(running({ a: 'nothing' }), reporting(repo.github.token, overrides));
  return { ...repo, record, origin: { ...repo.origin, pullRequest: number } };
}

const bodies = ({ github }: Repository): readonly string[] =>
  [...github.comments.values()].map(({ body }) => body);

describe('the comment', () => {
  test('is the report, with secrets taken out', async () => {
    const at = await onPullRequest();
    const posted = await post(
      at.record,
      at.origin,
      keeping(),
      (text) => text.replaceAll('team-a', '***'),
      {},
    );
    expect(posted.commentUrl).toMatch(/#issuecomment-\d+$/);
    expect(posted).not.toHaveProperty('issueUrl');
    const link = { url: at.origin.runUrl, headSha: at.origin.headSha };
    expect(bodies(at)).toEqual([comment(at.record, link).replaceAll('team-a', '***')]);
  });

  test('is there for an `apply` too: its outcome takes the place of the plan', async () => {
    const at = await onPullRequest();
    const record: RunRecord = { ...at.record, config: { ...config(at.record.config), mode: 'apply' } };
    expect(await post(record, at.origin, keeping(), asIs, {})).toHaveProperty('commentUrl');
    expect(bodies(at)).toHaveLength(1);
  });

  test.each<[string, Partial<Config['reporting']>, Partial<Config>, object]>([
    ['outside of a pull request', {}, {}, { pullRequest: undefined }],
    ['with `comment-on-pr: false`', { commentOnPr: false }, {}, {}],
    ['for `check`, whose place is the issue', {}, { mode: 'check' }, {}],
    ['for `destroy`', {}, { mode: 'destroy' }, {}],
  ])('is none %s', async (_name, reported, more, where) => {
    const at = await onPullRequest(reported);
    const record: RunRecord = { ...at.record, config: { ...config(at.record.config), ...more } };
    const { pullRequest: _number, ...elsewhere } = at.origin;
    const origin = 'pullRequest' in where ? elsewhere : at.origin;
    const log = keeping();
    expect(await post(record, origin, log, asIs, {})).toEqual({});
    expect([at.calls(), log.lines, log.warnings]).toEqual([[], [], []]);
  });

  test('is none without a token, and nobody is asked', async () => {
    const at = await onPullRequest();
    const { githubToken: _token, ...rest } = config(at.record.config).reporting;
    const record = { ...at.record, config: { ...config(at.record.config), reporting: rest } };
    expect(await post(record, at.origin, keeping(), asIs, {})).toEqual({});
    expect(at.calls()).toEqual([]);
  });

  test('is none for a fork, which one line says', async () => {
    const at = await onPullRequest();
    const log = keeping();
    expect(await post(at.record, { ...at.origin, readOnlyToken: true }, log, asIs, {})).toEqual({});
    expect(at.calls()).toEqual([]);
    expect(log.lines).toEqual([
      expect.stringContaining("GitHub's token is read-only for pull requests from forks"),
    ]);
  });
});

function broken(): never {
  throw new TypeError('broken');
}

describe('what GitHub refuses is said in one line and fails nothing', () => {
  test.each([
    [
      403,
      'Resource not accessible by integration',
      'No pull request comment: GitHub refuses it (403); the job needs `permissions: pull-requests: write`.',
    ],
    [
      404,
      'Not Found',
      'No pull request comment: GitHub refuses it (404); the job needs `permissions: pull-requests: write`.',
    ],
    [
      422,
      'Validation Failed\n\nbody is too long',
      /^No pull request comment: Validation Failed body is too long/,
    ],
    [403, 'API rate limit exceeded for installation.', /^No pull request comment: API rate limit exceeded/],
    [500, 'Server Error', /^No pull request comment: Server Error/],
    [503, 'x'.repeat(1_000), /^No pull request comment: x{300}$/],
  ])('%i', async (status, message, said) => {
    const at = await onPullRequest();
    at.github.faults.push({ path: /comments$/, status, message, times: 9 });
    const log = keeping();
    expect(await post(at.record, at.origin, log, asIs, {})).toEqual({});
    expect(log.warnings).toEqual([typeof said === 'string' ? said : expect.stringMatching(said)]);
    expect(log.warnings[0]).not.toContain('\n');
  });

  test('an API that can’t be reached', async () => {
    const at = await onPullRequest();
    const log = keeping();
    const nowhere = originAt('http://127.0.0.1:1', { pullRequest: 1 });
    expect(await post(at.record, nowhere, log, asIs, {})).toEqual({});
    expect(log.warnings).toEqual([expect.stringMatching(/^No pull request comment: .+/)]);
  });

  test('a defect of our own', async () => {
    const at = await onPullRequest();
    const log = keeping();
    expect(await post(at.record, at.origin, log, broken, {})).toEqual({});
    expect(log.warnings).toEqual(['No pull request comment: broken']);
  });

  test('a check of a pull request writes the issue alone', async () => {
    const at = await onPullRequest({ driftIssue: true });
    const record: RunRecord = {
      ...at.record,
      config: { ...config(at.record.config), mode: 'check' },
      verdict: 'drifted',
    };
    const posted = await post(record, at.origin, keeping(), asIs, {});
    expect(Object.keys(posted)).toEqual(['issueUrl']);
  });
});

async function checked(verdict: RunRecord['verdict'], overrides: Partial<RunRecord> = {}) {
  const repo = await repository();
  const record = planned(running({ a: 'nothing' }), {
    mode: 'check',
    ...reporting(repo.github.token, { driftIssue: true }),
  });
  const { verdict: _verdict, ...rest } = record;
  const log = keeping();
  const all = { ...rest, ...(verdict !== undefined && { verdict }), ...overrides };
  const posted = await post(all, repo.origin, log, (text) => text.replaceAll('team-a', '***'), {});
  return { ...repo, log, posted };
}

describe('the drift issue', () => {
  test('is opened on drift, with secrets taken out', async () => {
    const { github, posted } = await checked('drifted');
    const [issue] = github.issues.values();
    expect(issue).toMatchObject({ state: 'open', title: 'Workload identity of space-prod has drifted' });
    expect(issue?.body).toContain('***/ctp-a');
    expect(posted.issueUrl).toMatch(/\/issues\/1$/);
  });

  test('is none when all is in order', async () => {
    const { writes, posted } = await checked('in-sync');
    expect([writes(), posted]).toEqual([[], {}]);
  });

  test.each([
    ['unknown', {}],
    [undefined, { failure: denied }],
  ] as const)('is left as it is when the run could not look: %s', async (verdict, more) => {
    const { calls, log, posted } = await checked(verdict, more);
    expect([calls(), posted]).toEqual([[], {}]);
    expect(log.lines).toEqual(['The drift issue is left as it is: this run could not look.']);
  });

  test.each(['plan', 'apply', 'destroy'] as const)('is nothing for %s', async (mode) => {
    const repo = await repository();
    const record = planned(running({ a: 'nothing' }), {
      mode,
      ...reporting(repo.github.token, { driftIssue: true }),
    });
    await post(record, repo.origin, keeping(), asIs, {});
    expect(repo.calls()).toEqual([]);
  });

  test('without the permission: one line', async () => {
    const repo = await repository({
      permissions: { idToken: 'write', issues: 'none', pullRequests: 'write' },
    });
    const record = planned(running({ a: 'nothing' }), {
      mode: 'check',
      ...reporting(repo.github.token, { driftIssue: true }),
    });
    const log = keeping();
    await post({ ...record, verdict: 'drifted' }, repo.origin, log, asIs, {});
    expect(log.warnings).toEqual([
      'No drift issue: GitHub refuses it (403); the job needs `permissions: issues: write`.',
    ]);
  });
});

describe('the reviewed plan', () => {
  test('is found in the comment of this pull request', async () => {
    const at = await onPullRequest();
    await post(at.record, at.origin, keeping(), asIs, {});
    const { plan } = at.record;
    const find = (label: string, digest: string) => reviewedChanges(at.api, at.origin, label, digest);
    expect(await find('space-prod', plan?.digest ?? '')).toEqual(plan && fingerprints(plan));
    expect(await find('space-prod', 'sha256:other')).toBeUndefined();
    expect(await find('other', plan?.digest ?? '')).toBeUndefined();
  });

  test('is found by the merge commit, in the pull request that brought it', async () => {
    const at = await onPullRequest();
    await post(at.record, at.origin, keeping(), asIs, {});
    const { pullRequest, ...push } = { ...at.origin, headSha: 'c0ffee' };
    const find = () => reviewedChanges(at.api, push, 'space-prod', at.record.plan?.digest ?? '');
    expect(await find()).toBeUndefined();
    at.github.merge(pullRequest, 'c0ffee');
    expect(await find()).toEqual(at.record.plan && fingerprints(at.record.plan));
  });
});
