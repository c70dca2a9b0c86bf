/** The environment of a job. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { startAws } from '../../aws/index.ts';
import { type JobSettings, startGithub } from '../../github/server.ts';
import { jobEnvironment } from '../../world/environment.ts';

const dir = mkdtempSync(join(tmpdir(), 'environment-'));
afterAll(() => {
  rmSync(dir, { recursive: true });
});

/** The variables of a job, and the event that started it. */
async function environment(job: Partial<JobSettings>) {
  const [aws, github] = await Promise.all([
    startAws({ account: '111122223333', region: 'eu-central-1' }),
    startGithub({ job, log: () => {} }),
  ]);
  const variables = jobEnvironment(aws, github, dir);
  await Promise.all([aws.close(), github.close()]);
  const event: unknown = JSON.parse(readFileSync(variables['GITHUB_EVENT_PATH'] ?? '', 'utf8'));
  return { variables, event };
}

const ofPullRequest = { event: 'pull_request', ref: 'refs/pull/7/merge' };

test('a pull request of the repository itself has a token to ask for', async () => {
  const { variables, event } = await environment(ofPullRequest);
  expect(variables).toHaveProperty('ACTIONS_ID_TOKEN_REQUEST_URL');
  expect(event).toMatchObject({
    pull_request: { number: 7, head: { repo: { full_name: 'octo-org/spaces-infra', fork: false } } },
  });
});

test('one of a fork has none, and says where it comes from', async () => {
  const { variables, event } = await environment({ ...ofPullRequest, fork: 'someone/spaces-infra' });
  expect(variables).not.toHaveProperty('ACTIONS_ID_TOKEN_REQUEST_URL');
  expect(variables).not.toHaveProperty('ACTIONS_ID_TOKEN_REQUEST_TOKEN');
  expect(event).toMatchObject({
    pull_request: {
      head: { repo: { full_name: 'someone/spaces-infra', fork: true } },
      base: { repo: { full_name: 'octo-org/spaces-infra', fork: false } },
    },
  });
});
