/** Finds the changes of a reviewed plan in its pull request comment, so that a refusal can show what is different now. */
import type { Fingerprints } from '../plan/fingerprints.ts';
import type { Api } from './api.ts';
import { findComments } from './comments.ts';
import type { Origin } from './event.ts';

/** The fingerprints of the plan with this digest, by change id; undefined when no comment has it. */
export async function reviewedChanges(
  api: Api,
  origin: Origin,
  label: string,
  digest: string,
): Promise<Fingerprints | undefined> {
  for (const pullRequest of await pullRequestsOf(api, origin)) {
    const found = await findComments(api, pullRequest, label);
    const reviewed = found.find(({ marker }) => marker.digest === digest);
    if (reviewed !== undefined) return reviewed.marker.changes;
  }
  return undefined;
}

/** The pull request of this run, or those that contain its commit. */
async function pullRequestsOf({ octokit, owner, repo }: Api, origin: Origin): Promise<readonly number[]> {
  if (origin.pullRequest !== undefined) return [origin.pullRequest];
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls', {
    owner,
    repo,
    commit_sha: origin.headSha,
  });
  return data.map((pull) => pull.number);
}
