/** The pull request comment, against the sandbox’s GitHub. */
import { expect, test } from '@jest/globals';
import { findComments, putComment } from '../../src/github/comments.ts';
import { markerLine } from '../../src/report/marker.ts';
import { repository, type Repository } from './setup.ts';

const BOT = 'github-actions[bot]';
const ours = (label: string, text = 'report'): string =>
  `${markerLine({ version: 1, label, cluster: 'arn:cluster' })}\n${text}`;

async function pullRequest(): Promise<Repository & { readonly number: number }> {
  const repo = await repository();
  return { ...repo, number: repo.github.openPullRequest('Change') };
}

const bodies = ({ github }: Repository): readonly string[] =>
  [...github.comments.values()].map(({ body }) => body);

test('the first report is a new comment, the next ones are written over it', async () => {
  const repo = await pullRequest();
  const url = await putComment(repo.api, repo.number, 'prod', ours('prod', 'one'));
  expect(url).toMatch(/#issuecomment-\d+$/);
  expect(await putComment(repo.api, repo.number, 'prod', ours('prod', 'two'))).toBe(url);
  expect(bodies(repo)).toEqual([ours('prod', 'two')]);
});

test('an equal text is not written again', async () => {
  const repo = await pullRequest();
  const url = await putComment(repo.api, repo.number, 'prod', ours('prod'));
  expect(await putComment(repo.api, repo.number, 'prod', ours('prod'))).toBe(url);
  expect(repo.writes()).toEqual(['POST issues/1/comments']);
});

test('ours is found among many, on the second page', async () => {
  const repo = await pullRequest();
  for (let count = 1; count <= 120; count += 1)
    repo.github.comment(repo.number, `comment ${count}`, 'someone');
  const { id } = repo.github.comment(repo.number, ours('prod', 'old'), BOT);
  await putComment(repo.api, repo.number, 'prod', ours('prod', 'new'));
  expect(repo.github.comments.get(id)?.body).toBe(ours('prod', 'new'));
  expect(repo.github.comments.size).toBe(121);
  expect(repo.calls()).toEqual([
    'GET issues/1/comments',
    'GET issues/1/comments',
    `PATCH issues/comments/${id}`,
  ]);
});

test('what someone else wrote is never edited, even with our marker in it', async () => {
  const repo = await pullRequest();
  const copied = repo.github.comment(repo.number, ours('prod', 'copied'), 'someone');
  const quoted = repo.github.comment(repo.number, `> ${ours('prod')}`, BOT);
  await putComment(repo.api, repo.number, 'prod', ours('prod', 'new'));
  expect(copied.body).toBe(ours('prod', 'copied'));
  expect(quoted.body).toBe(`> ${ours('prod')}`);
  expect(repo.writes()).toEqual(['POST issues/1/comments']);
});

test('each label has a comment of its own', async () => {
  const repo = await pullRequest();
  await putComment(repo.api, repo.number, 'prod', ours('prod', 'one'));
  await putComment(repo.api, repo.number, 'stage', ours('stage', 'one'));
  await putComment(repo.api, repo.number, 'prod', ours('prod', 'two'));
  expect(bodies(repo)).toEqual([ours('prod', 'two'), ours('stage', 'one')]);
});

test('a comment of another pull request is another one', async () => {
  const repo = await pullRequest();
  await putComment(repo.api, repo.number, 'prod', ours('prod'));
  expect(await findComments(repo.api, repo.github.openPullRequest('Other'), 'prod')).toEqual([]);
  expect(await findComments(repo.api, repo.number, 'prod')).toMatchObject([
    { body: ours('prod'), marker: { label: 'prod', cluster: 'arn:cluster' } },
  ]);
});

test('of two that runs at the same time have made, the second goes with the next run', async () => {
  const repo = await pullRequest();
  const first = repo.github.comment(repo.number, ours('prod', 'one'), BOT);
  repo.github.comment(repo.number, ours('stage', 'one'), BOT);
  repo.github.comment(repo.number, ours('prod', 'two'), BOT);
  repo.github.comment(repo.number, ours('prod', 'copied'), 'someone');
  await putComment(repo.api, repo.number, 'prod', ours('prod', 'three'));
  expect(bodies(repo)).toEqual([ours('prod', 'three'), ours('stage', 'one'), ours('prod', 'copied')]);
  expect(repo.github.comments.get(first.id)?.body).toBe(ours('prod', 'three'));
});
