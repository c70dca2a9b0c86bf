/** Where this run came from: repository, pull request, commit, and the URL of the run. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseJsonIfValid } from '../tools/parse-json.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface Origin {
  readonly owner: string;
  readonly repo: string;
  /** For `pull_request` and `pull_request_target` events. */
  readonly pullRequest?: number;
  /**
   * GitHub's token can't write, whatever `permissions` says: a pull request from a fork, but in the event `pull_request_target`,
   * which runs in the base repository (GitHub documentation, "Events that trigger workflows").
   */
  readonly readOnlyToken: boolean;
  readonly headSha: string;
  readonly runUrl: string;
  readonly apiUrl: string;
}

const payloadSchema = z.object({
  pull_request: z
    .object({
      number: z.number(),
      head: z.object({ sha: z.string(), repo: z.object({ full_name: z.string() }).nullish() }).optional(),
    })
    .optional(),
});

/** `event` is the text of the file at GITHUB_EVENT_PATH. Text that can't be read counts as no pull request. */
export function originOf(env: Env, event: string): Origin {
  const text = (name: string, fallback = ''): string => env[name] || fallback;
  const repository = text('GITHUB_REPOSITORY');
  const [owner = '', repo = ''] = repository.split('/');
  const pull = pullRequestOf(event);
  return {
    owner,
    repo,
    ...(pull !== undefined && { pullRequest: pull.number }),
    readOnlyToken: forkOf(env, event) !== undefined,
    headSha: pull?.head?.sha ?? text('GITHUB_SHA'),
    runUrl: `${text('GITHUB_SERVER_URL', 'https://github.com')}/${repository}/actions/runs/${text('GITHUB_RUN_ID')}`,
    apiUrl: text('GITHUB_API_URL', 'https://api.github.com'),
  };
}

/**
 * The fork that the run's pull request comes from, in words; undefined when there is none, and in the event `pull_request_target`, which
 * has the rights of the base repository. GitHub gives no repository (`null`) for a fork that has been deleted.
 */
export function forkOf(env: Env, event: string): string | undefined {
  const head = pullRequestOf(event)?.head?.repo;
  if (env['GITHUB_EVENT_NAME'] === 'pull_request_target' || head === undefined) return undefined;
  if (head === null) return 'a fork that has been deleted';
  return head.full_name === env['GITHUB_REPOSITORY'] ? undefined : `the fork ${head.full_name}`;
}

function pullRequestOf(event: string): z.infer<typeof payloadSchema>['pull_request'] {
  return parseJsonIfValid(event, payloadSchema)?.pull_request;
}

/** The text of the event that started the workflow; empty when it can't be read. */
export async function readEvent(env: Env): Promise<string> {
  const path = env['GITHUB_EVENT_PATH'] ?? '';
  try {
    return path === '' ? '' : await readFile(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * The file of the workflow, from the root of its repository; the folder of workflows where GitHub does not name it.
 * GITHUB_WORKFLOW_REF is `owner/repo/.github/workflows/name.yml@refs/heads/main` (GitHub documentation, "Variables reference").
 */
export function workflowFile(env: Env): string {
  const [, path] = /^[^/]+\/[^/]+\/(.+?\.ya?ml)@/.exec(env['GITHUB_WORKFLOW_REF'] ?? '') ?? [];
  return path ?? '.github/workflows';
}

/**
 * Where the files of this action lie, at the version that runs: GitHub and its Enterprise Server hand out plain texts there, which
 * `kubectl apply -f` takes. Undefined for a copy in the workflow's own repository (`uses: ./…`).
 */
export function ownRepository(env: Env): string | undefined {
  const [repository, ref] = [env['GITHUB_ACTION_REPOSITORY'], env['GITHUB_ACTION_REF']];
  if (!repository || !ref) return undefined;
  return `${env['GITHUB_SERVER_URL'] || 'https://github.com'}/${repository}/raw/${ref}`;
}
