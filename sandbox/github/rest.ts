/** The REST calls for issues, pull requests and comments, with the permissions of the job's token. */
import { z } from 'zod';
import { permissionsOf } from './permissions.ts';
import { inaccessible, notFound, page, problem, type Reply } from './reply.ts';
import { showComment, showIssue } from './show.ts';
import type { Store } from './store.ts';
import type { Access, Issue, JobSettings } from './types.ts';

/** Longest body of a comment or an issue, in characters. */
const longest = 65_536;

/** A call on the REST API, after its token was checked. */
export interface RestRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: unknown;
  readonly job: JobSettings;
  readonly store: Store;
}

type Route = (request: RestRequest, id: number) => Reply;

const text = z.object({ body: z.string() });
const newIssue = z.object({
  title: z.string().min(1),
  body: z.string().default(''),
  labels: z.array(z.string()).default([]),
});
const changedIssue = z.object({
  title: z.string().min(1).optional(),
  body: z.string().optional(),
  state: z.enum(['open', 'closed']).optional(),
  state_reason: z.enum(['completed', 'not_planned', 'reopened']).nullable().optional(),
  labels: z.array(z.string()).optional(),
});

const routes: readonly (readonly [string, RegExp, Route])[] = [
  ['GET', /^issues\/(\d+)\/comments$/, listComments],
  ['POST', /^issues\/(\d+)\/comments$/, createComment],
  ['PATCH', /^issues\/comments\/(\d+)$/, updateComment],
  ['GET', /^issues\/comments\/(\d+)$/, getComment],
  ['DELETE', /^issues\/comments\/(\d+)$/, deleteComment],
  ['GET', /^issues$/, listIssues],
  ['POST', /^issues$/, createIssue],
  ['GET', /^issues\/(\d+)$/, getIssue],
  ['PATCH', /^issues\/(\d+)$/, updateIssue],
  ['GET', /^pulls$/, listPulls],
  ['GET', /^commits\/[0-9a-f]+\/pulls$/, listPullsOfCommit],
  ['GET', /^actions\/oidc\/customization\/sub$/, () => ({ status: 200, body: { use_default: true } })],
];

/** Answers a call for issues, comments and pull requests of the job's repository. */
export function answerRest(request: RestRequest): Reply {
  const { job, method } = request;
  if (request.url.pathname === '/user') return inaccessible;
  const base = `/repos/${job.owner}/${job.name}/`;
  if (!request.url.pathname.startsWith(base)) return notFound;
  const path = request.url.pathname.slice(base.length);
  for (const [verb, pattern, route] of routes) {
    const match = pattern.exec(path);
    if (match && verb === method) return route(request, Number(match[1]));
  }
  return notFound;
}

/** Comments on a pull request go with either of the two permissions. */
function accessTo(issue: Issue | undefined, job: JobSettings): Access {
  const permissions = permissionsOf(job);
  if (!issue?.pullRequest) return permissions.issues;
  const both = new Set([permissions.issues, permissions.pullRequests]);
  if (both.has('write')) return 'write';
  return both.has('read') ? 'read' : 'none';
}

function tooLong(body: string | undefined, resource: string): Reply | undefined {
  if (body === undefined || body.length <= longest) return undefined;
  const message = 'body is too long (maximum is 65536 characters)';
  return problem(422, 'Validation Failed', [{ resource, code: 'unprocessable', field: 'data', message }]);
}

function invalid(error: z.ZodError): Reply {
  return problem(422, `Invalid request.\n\n${error.issues.map((issue) => issue.message).join('\n')}`);
}

function listComments({ store, job, url }: RestRequest, number: number): Reply {
  const issue = store.issues.get(number);
  if (!issue) return notFound;
  if (accessTo(issue, job) === 'none') return inaccessible;
  const comments = [...store.comments.values()].filter((comment) => comment.issue === number);
  return page(
    comments.map((comment) => showComment(comment, job)),
    url,
  );
}

function createComment({ store, job, body }: RestRequest, number: number): Reply {
  const issue = store.issues.get(number);
  if (!issue) return notFound;
  if (accessTo(issue, job) !== 'write') return inaccessible;
  const parsed = text.safeParse(body);
  if (!parsed.success) return invalid(parsed.error);
  const refusal = tooLong(parsed.data.body, 'IssueComment');
  if (refusal) return refusal;
  return { status: 201, body: showComment(store.comment(number, parsed.data.body), job) };
}

function getComment({ store, job }: RestRequest, id: number): Reply {
  const comment = store.comments.get(id);
  if (!comment) return notFound;
  if (accessTo(store.issues.get(comment.issue), job) === 'none') return inaccessible;
  return { status: 200, body: showComment(comment, job) };
}

function updateComment({ store, job, body }: RestRequest, id: number): Reply {
  const comment = store.comments.get(id);
  if (!comment) return notFound;
  if (accessTo(store.issues.get(comment.issue), job) !== 'write') return inaccessible;
  const parsed = text.safeParse(body);
  if (!parsed.success) return invalid(parsed.error);
  const refusal = tooLong(parsed.data.body, 'IssueComment');
  if (refusal) return refusal;
  comment.body = parsed.data.body;
  comment.updatedAt = store.now();
  return { status: 200, body: showComment(comment, job) };
}

function deleteComment({ store, job }: RestRequest, id: number): Reply {
  const comment = store.comments.get(id);
  if (!comment) return notFound;
  if (accessTo(store.issues.get(comment.issue), job) !== 'write') return inaccessible;
  store.comments.delete(id);
  return { status: 204, body: undefined };
}

/** Issues and pull requests, newest first, as GitHub lists them. */
function listIssues({ store, job, url }: RestRequest): Reply {
  if (permissionsOf(job).issues === 'none') return inaccessible;
  const state = url.searchParams.get('state') ?? 'open';
  const labels = (url.searchParams.get('labels') ?? '').split(',').filter((label) => label !== '');
  const creator = url.searchParams.get('creator');
  const issues = [...store.issues.values()]
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => labels.every((label) => issue.labels.includes(label)))
    .filter((issue) => creator === null || issue.user === creator)
    .toSorted((one, other) => other.number - one.number);
  return page(
    issues.map((issue) => showIssue(issue, job)),
    url,
  );
}

function createIssue({ store, job, body }: RestRequest): Reply {
  if (permissionsOf(job).issues !== 'write') return inaccessible;
  const parsed = newIssue.safeParse(body);
  if (!parsed.success) return invalid(parsed.error);
  const refusal = tooLong(parsed.data.body, 'Issue');
  if (refusal) return refusal;
  return { status: 201, body: showIssue(store.open({ ...parsed.data, pullRequest: false }), job) };
}

function getIssue({ store, job }: RestRequest, number: number): Reply {
  const issue = store.issues.get(number);
  if (!issue) return notFound;
  if (accessTo(issue, job) === 'none') return inaccessible;
  return { status: 200, body: showIssue(issue, job) };
}

function updateIssue({ store, job, body }: RestRequest, number: number): Reply {
  const issue = store.issues.get(number);
  if (!issue) return notFound;
  if (accessTo(issue, job) !== 'write') return inaccessible;
  const parsed = changedIssue.safeParse(body);
  if (!parsed.success) return invalid(parsed.error);
  const refusal = tooLong(parsed.data.body, 'Issue');
  if (refusal) return refusal;
  const { title, state, labels, state_reason: reason } = parsed.data;
  if (title !== undefined) issue.title = title;
  if (parsed.data.body !== undefined) issue.body = parsed.data.body;
  if (labels !== undefined) issue.labels = labels;
  if (state !== undefined && state !== issue.state) {
    issue.state = state;
    issue.stateReason = state === 'closed' ? (reason ?? 'completed') : 'reopened';
  }
  issue.updatedAt = store.now();
  return { status: 200, body: showIssue(issue, job) };
}

function listPulls({ store, job, url }: RestRequest): Reply {
  if (permissionsOf(job).pullRequests === 'none') return inaccessible;
  const state = url.searchParams.get('state') ?? 'open';
  const pulls = [...store.issues.values()].filter((issue) => issue.pullRequest);
  const shown = pulls.filter((issue) => state === 'all' || issue.state === state);
  return page(
    shown.map((issue) => showIssue(issue, job)),
    url,
  );
}

/** The pull requests whose merge made a commit. */
function listPullsOfCommit({ store, job, url }: RestRequest): Reply {
  if (permissionsOf(job).pullRequests === 'none') return inaccessible;
  const [, sha] = /\/commits\/([0-9a-f]+)\/pulls$/.exec(url.pathname) ?? [];
  const pulls = [...store.issues.values()].filter((issue) => issue.mergeCommit === sha);
  return page(
    pulls.map((issue) => showIssue(issue, job)),
    url,
  );
}
