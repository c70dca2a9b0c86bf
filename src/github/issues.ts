/** The one drift issue for each label, of a cluster or of a fleet: opened on drift, updated, closed when in sync, reopened on new drift. */
import type { IssueText } from '../report/issue.ts';
import { readMarker } from '../report/marker.ts';
import { type Api, whoAmI } from './api.ts';

interface ExistingIssue {
  readonly number: number;
  readonly url: string;
  readonly open: boolean;
}

/** Whether an issue is about one cluster or about a fleet: the two may have the same label. */
type IssueOf = 'cluster' | 'fleet';

/** This token's own issue with this label; an open one is preferred to a closed one. */
async function findIssue(api: Api, label: string, of: IssueOf): Promise<ExistingIssue | undefined> {
  const { octokit, owner, repo } = api;
  const creator = await whoAmI(api);
  const request = { owner, repo, creator, state: 'all', per_page: 100 } as const;
  let closed: ExistingIssue | undefined;
  for await (const { data } of octokit.paginate.iterator('GET /repos/{owner}/{repo}/issues', request)) {
    for (const { number, html_url: url, body, state, user, pull_request: pull } of data) {
      const marker = readMarker(body ?? '');
      const isSame = marker?.label === label && (marker.of ?? 'cluster') === of;
      const matches = user?.login === creator && pull === undefined && isSame;
      if (!matches) continue;
      if (state === 'open') return { number, url, open: true };
      closed ??= { number, url, open: false };
    }
  }
  return closed;
}

/** Brings the issue up to date and returns its URL; undefined when there is no drift and no issue. */
export async function putIssue(
  api: Api,
  label: string,
  text: IssueText,
  drifted: boolean,
  of: IssueOf = 'cluster',
): Promise<string | undefined> {
  const { octokit, owner, repo } = api;
  const existing = await findIssue(api, label, of);
  if (existing === undefined) {
    if (!drifted) return undefined;
    const { data } = await octokit.request('POST /repos/{owner}/{repo}/issues', { owner, repo, ...text });
    return data.html_url;
  }
  if (!drifted && !existing.open) return existing.url;
  const state = drifted
    ? ({ state: 'open' } as const)
    : ({ state: 'closed', state_reason: 'completed' } as const);
  await octokit.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
    owner,
    repo,
    issue_number: existing.number,
    ...text,
    ...state,
  });
  return existing.url;
}
