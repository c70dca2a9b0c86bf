/** The GitHub API for one repository. It carries the job's token and nothing else, and goes through the job's proxy. */
import { HttpClient } from '@actions/http-client';
import { Octokit } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import { fetch, type RequestInit, type Response } from 'undici';
import type { Origin } from './event.ts';

/** For one request: comment and issue are not worth more waiting. */
const ANSWER_MS = 30_000;
const USER_AGENT = 'spaces-workload-identity';

const GitHub = Octokit.plugin(paginateRest);

export interface Api {
  readonly octokit: InstanceType<typeof GitHub>;
  readonly owner: string;
  readonly repo: string;
}

/** `token` is the only credential that is sent. Nothing is sent yet: an unusable proxy shows with the first request, as its error. */
export function createApi(token: string, { apiUrl, owner, repo }: Origin): Api {
  const client = new HttpClient(USER_AGENT);
  const octokit = new GitHub({
    auth: token,
    baseUrl: apiUrl,
    userAgent: client.userAgent ?? USER_AGENT,
    request: { fetch: (url: string, init: RequestInit) => fetchThroughProxy(client, url, init) },
  });
  return { octokit, owner, repo };
}

/**
 * The toolkit gives the job's proxy as a dispatcher of undici. Node's own `fetch` is made of another version of undici, which may
 * refuse it, so this is the `fetch` of the same version.
 */
async function fetchThroughProxy(client: HttpClient, url: string, init: RequestInit): Promise<Response> {
  const dispatcher = client.getAgentDispatcher(url);
  const bounded = { ...init, signal: AbortSignal.timeout(ANSWER_MS) };
  return await fetch(url, dispatcher === undefined ? bounded : { ...bounded, dispatcher });
}

/** The login of GitHub's own token. */
const ACTIONS_BOT = 'github-actions[bot]';

/**
 * The login behind the token. A user's token may read its user; an app's token may not, but may ask GraphQL for its viewer.
 * A token that can do neither is taken for the job's own token.
 */
export async function whoAmI({ octokit }: Api): Promise<string> {
  try {
    const { data } = await octokit.request('GET /user');
    return data.login;
  } catch {
    return await viewer(octokit);
  }
}

async function viewer(octokit: Api['octokit']): Promise<string> {
  try {
    const answer: { viewer?: { login?: string } } = await octokit.graphql('query { viewer { login } }');
    return answer.viewer?.login ?? ACTIONS_BOT;
  } catch {
    return ACTIONS_BOT;
  }
}
