/** The drift issue, against the sandbox’s GitHub. */
import { expect, test } from '@jest/globals';
import { putIssue } from '../../src/github/issues.ts';
import { markerLine } from '../../src/report/marker.ts';
import { repository, type Repository } from './setup.ts';

const text = (label: string, words = 'report') => ({
  title: `Workload identity of ${label} has drifted`,
  body: `${markerLine({ version: 1, label, cluster: 'arn:cluster' })}\n${words}`,
});
const drift = (repo: Repository, words?: string, label = 'prod') =>
  putIssue(repo.api, label, text(label, words), true);
const inSync = (repo: Repository, label = 'prod') => putIssue(repo.api, label, text(label, 'in sync'), false);
const states = ({ github }: Repository) =>
  [...github.issues.values()].map(({ state, stateReason }) => [state, stateReason]);

test('opened, updated, closed and opened again: one issue through all of it, and never a comment', async () => {
  const repo = await repository();
  const url = await drift(repo, 'one');
  expect(url).toMatch(/\/issues\/1$/);
  expect(await drift(repo, 'two')).toBe(url);
  expect(repo.github.issues.get(1)).toMatchObject({ state: 'open', ...text('prod', 'two') });
  expect(await inSync(repo)).toBe(url);
  expect(states(repo)).toEqual([['closed', 'completed']]);
  expect(repo.github.issues.get(1)?.body).toContain('in sync');
  expect(await drift(repo, 'three')).toBe(url);
  expect(states(repo)).toEqual([['open', 'reopened']]);
  expect(repo.github.comments.size).toBe(0);
});

test('none is made when all is well, and a closed one is left as it is', async () => {
  const repo = await repository();
  expect(await inSync(repo)).toBeUndefined();
  expect(repo.writes()).toEqual([]);
  await drift(repo);
  const url = await inSync(repo);
  const written = repo.writes().length;
  expect(await inSync(repo)).toBe(url);
  expect(repo.writes()).toHaveLength(written);
});

test('of two that runs at the same time have opened, one is kept up to date, and the other closed', async () => {
  const repo = await repository();
  await drift(repo, 'one');
  await drift(repo, 'other', 'stage');
  const twin = repo.github.issues.get(2);
  if (twin !== undefined) Object.assign(twin, text('prod', 'two'));
  await drift(repo, 'three');
  expect(states(repo)).toEqual([
    ['closed', 'not_planned'],
    ['open', null],
  ]);
  expect(repo.github.issues.get(2)?.body).toBe(text('prod', 'three').body);
  await inSync(repo);
  expect(states(repo).map(([state]) => state)).toEqual(['closed', 'closed']);
});

test('each label has an issue of its own', async () => {
  const repo = await repository();
  await drift(repo);
  await drift(repo, 'report', 'stage');
  await inSync(repo, 'stage');
  expect(states(repo).map(([state]) => state)).toEqual(['open', 'closed']);
});

test('an open one is taken before a closed one, over all pages; those of others and pull requests never', async () => {
  const repo = await repository();
  await drift(repo);
  for (let count = 1; count <= 110; count += 1) await drift(repo, 'other', `label-${count}`);
  await inSync(repo);
  await drift(repo, 'seen', 'label-1');
  for (const issue of repo.github.issues.values()) if (issue.number === 2) issue.user = 'someone';
  const pull = repo.github.issues.get(repo.github.openPullRequest('Change'));
  if (pull !== undefined) Object.assign(pull, { ...text('label-2'), user: 'github-actions[bot]' });

  const before = repo.github.issues.size;
  expect(await drift(repo, 'again')).toMatch(/\/issues\/1$/);
  expect(await drift(repo, 'again', 'label-2')).toMatch(/\/issues\/3$/);
  expect(repo.github.issues.size).toBe(before);
  expect(await drift(repo, 'again', 'label-1')).toMatch(new RegExp(`/issues/${before + 1}$`));
  expect(repo.github.issues.get(2)?.body).toContain('seen');
}, 30_000);

test('the issue of a fleet is not that of a cluster with the same label', async () => {
  const repo = await repository();
  const ofFleet = {
    title: 'clusters of prod',
    body: `${markerLine({ version: 1, label: 'prod', cluster: '', of: 'fleet' })}\nfleet`,
  };
  const cluster = await drift(repo);
  const fleet = await putIssue(repo.api, 'prod', ofFleet, true, 'fleet');
  expect([cluster, fleet].map((url) => url?.split('/').at(-1))).toEqual(['1', '2']);
  await inSync(repo);
  await putIssue(repo.api, 'prod', ofFleet, true, 'fleet');
  expect(states(repo).map(([state]) => state)).toEqual(['closed', 'open']);
});
