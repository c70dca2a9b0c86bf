/** Payloads as GitHub sends them (webhook events and payloads), as far as they count. */
import { describe, expect, test } from '@jest/globals';
import { pullRequestOf } from '../../src/config/trigger.ts';

const repository = { full_name: 'octo-org/spaces-infra' };
const fork = { full_name: 'someone/spaces-infra' };
const follows = (event: string, head: object | null = repository) => ({
  repository,
  workflow_run: { event, head_repository: head, head_branch: 'main' },
});

const from = (event: string, payload: object | string = {}, ref = 'refs/heads/main') =>
  pullRequestOf({ event, payload: typeof payload === 'string' ? payload : JSON.stringify(payload), ref });

describe('a run of a pull request', () => {
  test.each<[string, object | string, string]>([
    ['pull_request', {}, '`pull_request`'],
    ['pull_request_target', {}, '`pull_request_target`'],
    ['pull_request_review', {}, '`pull_request_review`'],
    ['pull_request_review_comment', {}, '`pull_request_review_comment`'],
    ['merge_group', { merge_group: {} }, '`merge_group` (what'],
    [
      'issue_comment',
      { issue: { number: 7, pull_request: { url: 'x' } } },
      '`issue_comment` on a pull request',
    ],
    ['issue_comment', '', '`issue_comment` (its payload does not say'],
    ['issue_comment', '{"issue":7}', '`issue_comment` (its payload does not say'],
    ['workflow_run', follows('pull_request'), '`workflow_run` of a run of `pull_request`'],
    ['workflow_run', follows('pull_request_target'), 'of a run of `pull_request_target`'],
    ['workflow_run', follows('issue_comment'), 'of a run of `issue_comment`'],
    ['workflow_run', follows('workflow_run'), 'of a run of `workflow_run`'],
    ['workflow_run', follows('merge_group'), 'of a run of `merge_group`'],
    ['workflow_run', follows('push', fork), 'of a run from a fork'],
    ['workflow_run', follows('push', null), 'of a run from a fork'],
    ['workflow_run', { repository }, '(its payload does not say'],
    [
      'workflow_run',
      { workflow_run: { event: 'push', head_repository: repository } },
      '(its payload does not say',
    ],
    ['workflow_run', 'no JSON', '(its payload does not say'],
  ])('%s with %j', (event, payload, said) => {
    expect(from(event, payload)).toContain(said);
  });

  test('is known by its ref too, whatever the event', () => {
    expect(from('some_event', {}, 'refs/pull/7/merge')).toBe('`some_event` on the ref of a pull request');
  });
});

test.each<[string, object]>([
  ['push', {}],
  ['schedule', {}],
  ['workflow_dispatch', {}],
  ['repository_dispatch', {}],
  ['issue_comment', { issue: { number: 7 } }],
  ['workflow_run', follows('push')],
  ['workflow_run', follows('workflow_dispatch')],
  ['', {}],
])('%s with %j is none', (event, payload) => {
  expect(from(event, payload)).toBeUndefined();
});
