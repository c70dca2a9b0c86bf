/** GitHub as a job sees it, on loopback. */
import { randomBytes } from 'node:crypto';
import { listen, readBody, requestUrl, sendJson } from '../loopback.ts';
import { createSigner, type Signer, subjectOf } from './id-token.ts';
import { permissionsOf } from './permissions.ts';
import { problem, type Reply } from './reply.ts';
import { answerRest } from './rest.ts';
import { Store } from './store.ts';
import type { IncomingMessage } from 'node:http';
import type { Fault, Github, JobSettings, RecordedRequest } from './types.ts';

export type { Comment, Fault, Github, Issue, JobSettings, RecordedRequest } from './types.ts';

export interface GithubOptions {
  readonly job?: Partial<JobSettings>;
  readonly log: (line: string) => void;
}

interface Call {
  readonly method: string;
  readonly url: URL;
  readonly bearer: string | undefined;
  readonly body: unknown;
}

const idTokenPath = '/actions/id-token';

function defaultJob(): JobSettings {
  return {
    owner: 'octo-org',
    ownerId: 65,
    name: 'spaces-infra',
    repositoryId: 74,
    event: 'workflow_dispatch',
    ref: 'refs/heads/main',
    sha: 'd6fde92930d4715a2b49857d24b940956b26d2d3',
    runId: '4711',
    fork: undefined,
    environment: undefined,
    subject: 'immutable',
    permissions: { idToken: 'write', issues: 'write', pullRequests: 'write' },
    issuer: 'https://token.actions.githubusercontent.com',
    tokenLifetime: 300,
  };
}

/** GitHub as a job sees it: the OIDC tokens, and the REST API of issues and comments. */
export async function startGithub(options: GithubOptions): Promise<Github> {
  const job: JobSettings = { ...defaultJob(), ...options.job };
  const token = `ghs_${randomBytes(18).toString('hex')}`;
  const idTokenRequestToken = randomBytes(24).toString('base64url');
  const signer = await createSigner();
  const store = new Store();
  const requests: RecordedRequest[] = [];
  const faults: Fault[] = [];

  const answer = async (call: Call): Promise<Reply> => {
    const fault = nextFault(faults, call);
    if (fault) return { ...problem(fault.status, fault.message), headers: fault.headers ?? {} };
    if (call.url.pathname === idTokenPath) return answerIdToken(call, job, signer, idTokenRequestToken);
    if (call.bearer !== token) return problem(401, 'Bad credentials');
    return answerRest({ ...call, job, store });
  };
  const server = await listen(async (request, response) => {
    const call = await readCall(request);
    const reply = await answer(call);
    const { method, url, body } = call;
    requests.push({
      method,
      path: url.pathname,
      query: url.search,
      body,
      status: reply.status,
      at: store.now(),
    });
    const headers = { ...reply.headers, 'x-github-request-id': randomBytes(8).toString('hex') };
    if (reply.body === undefined) response.writeHead(reply.status, headers).end();
    else sendJson(response, reply.status, reply.body, headers);
  }, options);

  return {
    apiUrl: server.origin,
    idTokenRequestUrl: `${server.origin}${idTokenPath}?api-version=2.0`,
    idTokenRequestToken,
    token,
    publicKeys: signer.publicKeys,
    job,
    issues: store.issues,
    comments: store.comments,
    requests,
    faults,
    openPullRequest: (title) =>
      store.open({ title, body: '', labels: [], pullRequest: true, user: job.owner }).number,
    merge: (pullRequest, sha) => {
      store.merge(pullRequest, sha);
    },
    comment: (issue, body, user) => store.comment(issue, body, user),
    subject: () => subjectOf(job),
    idToken: (audience) => signer.sign(job, audience),
    close: () => server.close(),
  };
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const body = await readBody(request);
  const [, bearer] = /^(?:bearer|token) (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
  return {
    method: request.method ?? 'GET',
    url: requestUrl(request),
    bearer,
    body: body === '' ? undefined : (JSON.parse(body) as unknown),
  };
}

function nextFault(faults: readonly Fault[], { method, url }: Call): Fault | undefined {
  const fault = faults.find(
    (candidate) =>
      candidate.times > 0 &&
      (candidate.method === undefined || candidate.method === method) &&
      candidate.path.test(url.pathname),
  );
  if (fault) fault.times -= 1;
  return fault;
}

/**
 * The audience defaults to the owner's page, as GitHub's does. Each job of GitHub's has an address of its own: here one that runs
 * beside others has its environment in it (`&environment=NAME`).
 */
async function answerIdToken(call: Call, job: JobSettings, signer: Signer, secret: string): Promise<Reply> {
  if (call.bearer !== secret || permissionsOf(job).idToken !== 'write') return problem(401, 'Unauthorized');
  const audience = call.url.searchParams.get('audience') ?? `https://github.com/${job.owner}`;
  const environment = call.url.searchParams.get('environment') ?? job.environment;
  const value = await signer.sign({ ...job, environment }, audience);
  return { status: 200, body: { count: value.length, value } };
}
