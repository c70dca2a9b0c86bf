/** The one comment per label on a pull request: found by its hidden marker among our own, updated in place. */
import { readMarker, type Marker } from '../report/marker.ts';
import { type Api, whoAmI } from './api.ts';

export interface Found {
  /** GitHub’s client reads a number beyond the safe ones as a bigint. */
  readonly id: number | bigint;
  readonly url: string;
  readonly body: string;
  readonly marker: Marker;
}

/** Our own comment with this label, over all pages; someone else's text with a copied marker is never taken for it. */
export async function findComment(api: Api, pullRequest: number, label: string): Promise<Found | undefined> {
  const { octokit, owner, repo } = api;
  const me = await whoAmI(api);
  const pages = octokit.paginate.iterator('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    owner,
    repo,
    issue_number: pullRequest,
    per_page: 100,
  });
  for await (const { data } of pages) {
    for (const { id, html_url: url, body = '', user } of data) {
      const marker = user?.login === me ? readMarker(body) : undefined;
      if (marker?.label === label) return { id, url, body, marker };
    }
  }
  return undefined;
}

/** Creates or updates the comment; returns its address. An equal text is left as it is. */
export async function putComment(
  api: Api,
  pullRequest: number,
  label: string,
  body: string,
): Promise<string> {
  const { octokit, owner, repo } = api;
  const existing = await findComment(api, pullRequest, label);
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
  return existing.url;
}
