/** The one drift issue for each label, of a cluster or of a fleet: opened on drift, updated, closed when in sync, reopened on new drift; an open one is preferred to a closed one. */
import type { IssueText } from '../report/issue.ts';
import { readMarker } from '../report/marker.ts';
import { type Api, whoAmI } from './api.ts';

interface ExistingIssue {
  readonly number: number;
  readonly url: string;
  readonly open: boolean;
}

interface IssueChange extends Partial<IssueText> {
  readonly state: 'open' | 'closed';
  readonly state_reason?: 'completed' | 'not_planned';
}

/** Whether an issue is about one cluster or about a fleet: the two may have the same label. */
type IssueOf = 'cluster' | 'fleet';

/** This token's own issues with this label, the newest first: more than one where two runs have begun at the same time. */
async function findIssues(api: Api, label: string, of: IssueOf): Promise<readonly ExistingIssue[]> {
  const { octokit, owner, repo } = api;
  const creator = await whoAmI(api);
  const request = { owner, repo, creator, state: 'all', per_page: 100 } as const;
  const found: ExistingIssue[] = [];
  for await (const { data } of octokit.paginate.iterator('GET /repos/{owner}/{repo}/issues', request)) {
    for (const { number, html_url: url, body, state, user, pull_request: pull } of data) {
      const marker = readMarker(body ?? '');
      const isSame = marker?.label === label && (marker.of ?? 'cluster') === of;
      const matches = user?.login === creator && pull === undefined && isSame;
      if (matches) found.push({ number, url, open: state === 'open' });
    }
  }
  return found;
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
  const found = await findIssues(api, label, of);
  const existing = found.find(({ open }) => open) ?? found[0];
  if (existing === undefined) {
    if (!drifted) return undefined;
    const { data } = await octokit.request('POST /repos/{owner}/{repo}/issues', { owner, repo, ...text });
    return data.html_url;
  }
  if (!drifted && !existing.open) return existing.url;
  const update = async (issue: ExistingIssue, change: IssueChange): Promise<void> => {
    const at = { owner, repo, issue_number: issue.number };
    await octokit.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', { ...at, ...change });
  };
  await update(existing, {
    ...text,
    ...(drifted ? { state: 'open' } : { state: 'closed', state_reason: 'completed' }),
  });
  // A second one would stay open for ever.
  for (const other of found)
    if (other.open && other !== existing)
      await update(other, { state: 'closed', state_reason: 'not_planned' });
  return existing.url;
}
