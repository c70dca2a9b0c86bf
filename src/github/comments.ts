/** The one comment per label on a pull request: found by its hidden marker among our own, updated in place. */
import { type Marker, readMarker } from '../report/marker.ts';
import { type Api, whoAmI } from './api.ts';

export interface Found {
  readonly id: number;
  readonly url: string;
  readonly body: string;
  readonly marker: Marker;
}

/** Our own comment with this label, over all pages; someone else's text with a copied marker is never taken for it. */
export async function findComment(api: Api, pullRequest: number, label: string): Promise<Found | undefined> {
  const { octokit, owner, repo } = api;
  const me = await whoAmI(api);
  const request = { owner, repo, issue_number: pullRequest, per_page: 100 };
  for await (const { data } of octokit.paginate.iterator(octokit.rest.issues.listComments, request)) {
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
  const there = await findComment(api, pullRequest, label);
  if (there === undefined) {
    const { data } = await octokit.rest.issues.createComment({
      owner,
      repo,
      issue_number: pullRequest,
      body,
    });
    return data.html_url;
  }
  if (there.body !== body)
    await octokit.rest.issues.updateComment({ owner, repo, comment_id: there.id, body });
  return there.url;
}
