/** Where this run came from: repository, pull request, commit, and the address of the run itself. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';

type Env = Readonly<Record<string, string | undefined>>;

export interface Origin {
  readonly owner: string;
  readonly repo: string;
  /** Of `pull_request` and `pull_request_target` events. */
  readonly pullRequest?: number;
  /** From a fork: GitHub's token is read-only then. */
  readonly fork: boolean;
  readonly headSha: string;
  readonly runUrl: string;
  readonly apiUrl: string;
}

const payload = z.object({
  pull_request: z
    .object({
      number: z.number(),
      head: z.object({ sha: z.string(), repo: z.object({ full_name: z.string() }).nullish() }).optional(),
    })
    .optional(),
});

/** `event` is the text of GITHUB_EVENT_PATH; what can't be read of it counts as absent. */
export function originOf(env: Env, event: string): Origin {
  const text = (name: string, otherwise = ''): string => env[name] ?? otherwise;
  const repository = text('GITHUB_REPOSITORY');
  const [owner = '', repo = ''] = repository.split('/');
  const pull = parse(event);
  return {
    owner,
    repo,
    ...(pull !== undefined && { pullRequest: pull.number }),
    fork: isFork(pull?.head?.repo, repository),
    headSha: pull?.head?.sha ?? text('GITHUB_SHA'),
    runUrl: `${text('GITHUB_SERVER_URL', 'https://github.com')}/${repository}/actions/runs/${text('GITHUB_RUN_ID')}`,
    apiUrl: text('GITHUB_API_URL', 'https://api.github.com'),
  };
}

/** GitHub gives no repository (`null`) for a fork that has been deleted. */
function isFork(head: { readonly full_name: string } | null | undefined, repository: string): boolean {
  return head === null || (head !== undefined && head.full_name !== repository);
}

function parse(event: string): z.infer<typeof payload>['pull_request'] {
  try {
    return payload.parse(JSON.parse(event)).pull_request;
  } catch {
    return undefined;
  }
}

/** The text of the event that started the workflow; empty when there is none to read. */
export async function readEvent(env: Env): Promise<string> {
  const path = env['GITHUB_EVENT_PATH'] ?? '';
  try {
    return path === '' ? '' : await readFile(path, 'utf8');
  } catch {
    return '';
  }
}
