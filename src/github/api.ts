/** The GitHub API for one repository, with the token that the user gave, through the job's proxy. */
import { getOctokit } from '@actions/github';
import type { Origin } from './event.ts';

export interface Api {
  readonly octokit: ReturnType<typeof getOctokit>;
  readonly owner: string;
  readonly repo: string;
}

/** `token` is the only credential that is sent. */
export function createApi(token: string, { apiUrl, owner, repo }: Origin): Api {
  return { octokit: getOctokit(token, { baseUrl: apiUrl }), owner, repo };
}

/** The login of GitHub's own token. */
const ACTIONS_BOT = 'github-actions[bot]';

/**
 * The login behind the token. A user's token may read its user; an app's token may not, but may ask GraphQL for its viewer.
 * A token that can do neither is taken for the job's own token.
 */
export async function whoAmI({ octokit }: Api): Promise<string> {
  try {
    const { data } = await octokit.rest.users.getAuthenticated();
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
