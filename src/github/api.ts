/** The GitHub API for one repository. It carries the job's token and nothing else, and goes the way of the proxy rule. */
import { Octokit } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import { type Dispatcher, fetch, type RequestInit, type Response } from 'undici';
import { createDispatcher } from '../tools/proxy/dispatcher.ts';
import { proxyRefusalOf } from '../tools/proxy/refusal.ts';
import type { ProxyEnvironment } from '../tools/proxy/rule.ts';
import type { Origin } from './event.ts';

/** How long one request may take, in milliseconds: comment and issue are not worth more waiting. */
const ANSWER_MS = 30_000;
const USER_AGENT = 'spaces-workload-identity';

const GitHub = Octokit.plugin(paginateRest);

export interface Api {
  readonly octokit: InstanceType<typeof GitHub>;
  readonly owner: string;
  readonly repo: string;
}

/**
 * `token` is the only credential that is sent; `env` has the proxy variables. Nothing is sent yet: an unusable proxy shows with
 * the first request, as its error.
 */
export function createApi(token: string, { apiUrl, owner, repo }: Origin, env: ProxyEnvironment): Api {
  const dispatcher = createDispatcher(env);
  const octokit = new GitHub({
    auth: token,
    baseUrl: apiUrl,
    userAgent: USER_AGENT,
    request: { fetch: (url: string, init: RequestInit) => boundedFetch(dispatcher, url, init) },
  });
  return { octokit, owner, repo };
}

async function boundedFetch(dispatcher: Dispatcher, url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, dispatcher, signal: AbortSignal.timeout(ANSWER_MS) });
  } catch (error) {
    // Octokit would tell the innermost words only, which are `Request was cancelled`.
    const refusal = proxyRefusalOf(error);
    throw refusal === undefined ? error : new Error(`${refusal.said}. ${refusal.next}`, { cause: error });
  }
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
