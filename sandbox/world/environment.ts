/** The environment and the inputs of a job in this world. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Aws } from '../aws/index.ts';
import type { Downloads } from '../downloads/server.ts';
import { permissionsOf } from '../github/permissions.ts';
import type { Github } from '../github/server.ts';
import type { ChartRegistry } from '../registry.ts';

/** The variables that the runner and the workflow give a job. There are no AWS keys among them. */
export function jobEnvironment(aws: Aws, github: Github, dir: string): Record<string, string> {
  const { job } = github;
  const eventPath = join(dir, 'event.json');
  writeFileSync(eventPath, JSON.stringify(eventPayload(github)));
  const identity =
    permissionsOf(job).idToken === 'write'
      ? {
          ACTIONS_ID_TOKEN_REQUEST_URL: github.idTokenRequestUrl,
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: github.idTokenRequestToken,
        }
      : {};
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__octo-org_spaces-workload-identity',
    GITHUB_ACTION_REPOSITORY: 'octo-org/spaces-workload-identity',
    GITHUB_ACTION_REF: 'v0.1.0',
    GITHUB_API_URL: github.apiUrl,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: `${job.owner}/${job.name}`,
    GITHUB_REPOSITORY_ID: String(job.repositoryId),
    GITHUB_REPOSITORY_OWNER: job.owner,
    GITHUB_REPOSITORY_OWNER_ID: String(job.ownerId),
    GITHUB_ACTOR: job.owner,
    GITHUB_EVENT_NAME: job.event,
    GITHUB_EVENT_PATH: eventPath,
    GITHUB_REF: job.ref,
    GITHUB_REF_NAME: job.ref.replace(/^refs\/(?:heads|tags|pull)\//, ''),
    GITHUB_SHA: job.sha,
    GITHUB_JOB: 'identity',
    GITHUB_WORKFLOW: 'identity',
    GITHUB_RUN_ID: job.runId,
    GITHUB_RUN_NUMBER: '1',
    GITHUB_RUN_ATTEMPT: '1',
    ...identity,
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: aws.region,
  };
}

/** The `with:` of a workflow that uses the action in this world, but for what a test wants to choose. */
export function workflowInputs(parts: {
  readonly clusterName: string;
  readonly runnerRoleArn: string;
  readonly registry: ChartRegistry;
  readonly downloads: Downloads;
}): Record<string, string> {
  const { registry, downloads } = parts;
  return {
    'cluster-name': parts.clusterName,
    'role-to-assume': parts.runnerRoleArn,
    'secret-prefixes': 'prod/',
    'parameter-prefixes': '/prod/',
    chart: registry.chart,
    'registry-username': registry.username,
    'registry-password': registry.password,
    'registry-plain-http': 'true',
    'helm-download-url': downloads.helmUrl,
    'kubectl-download-url': downloads.kubectlUrl,
  };
}

/** The event that started the workflow, as far as an action reads it. */
function eventPayload({ job }: Github): object {
  const repository = { full_name: `${job.owner}/${job.name}`, default_branch: 'main' };
  const [, number] = /^refs\/pull\/(\d+)\//.exec(job.ref) ?? [];
  if (number === undefined) return { repository };
  const base = { sha: job.sha, repo: { ...repository, fork: false } };
  const head = job.fork === undefined ? base : { ...base, repo: { full_name: job.fork, fork: true } };
  return {
    action: 'synchronize',
    number: Number(number),
    repository,
    pull_request: {
      number: Number(number),
      head: { ...head, ref: 'change' },
      base: { ...base, ref: 'main' },
    },
  };
}
