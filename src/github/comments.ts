/** The one comment for each label on a pull request: found by its hidden marker, updated in place. */
import { type Marker, readMarker } from '../report/marker.ts';
import { type Api, whoAmI } from './api.ts';

export interface ExistingComment {
  /** GitHub's client reads a number beyond the safe ones as a bigint. */
  readonly id: number | bigint;
  readonly url: string;
  readonly body: string;
  readonly marker: Marker;
}

/**
 * This token's own comments with this label, the oldest first: more than one where two runs have begun at the same time. A comment of
 * somebody else with a copied marker does not count.
 */
export async function findComments(
  api: Api,
  pullRequest: number,
  label: string,
): Promise<readonly ExistingComment[]> {
  const { octokit, owner, repo } = api;
  const login = await whoAmI(api);
  const request = { owner, repo, issue_number: pullRequest, per_page: 100 };
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
  const found: ExistingComment[] = [];
  for await (const { data } of octokit.paginate.iterator(route, request)) {
    for (const { id, html_url: url, body = '', user } of data) {
      const marker = user?.login === login ? readMarker(body) : undefined;
      if (marker?.label === label) found.push({ id, url, body, marker });
    }
  }
  return found;
}

/** Creates or updates the comment and returns its URL. Writes nothing when the text is the same. A second one, which nobody would update, goes. */
export async function putComment(
  api: Api,
  pullRequest: number,
  label: string,
  body: string,
): Promise<string> {
  const { octokit, owner, repo } = api;
  const [existing, ...others] = await findComments(api, pullRequest, label);
  if (existing === undefined) {
    const { data } = await octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      owner,
      repo,
      issue_number: pullRequest,
      body,
    });
    return data.html_url;
  }
  if (existing.body !== body) {
    await octokit.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
      owner,
      repo,
      comment_id: existing.id,
      body,
    });
  }
  for (const { id } of others) {
    await octokit.request('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', {
      owner,
      repo,
      comment_id: id,
    });
  }
  return existing.url;
}
