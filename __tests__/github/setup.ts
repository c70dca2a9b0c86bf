/** A repository on loopback, and the API of it as the action makes it. */
import { createServer } from 'node:http';
import { afterEach } from '@jest/globals';
import { type Github, type JobSettings, startGithub } from '../../sandbox/github/server.ts';
import { type Api, createApi } from '../../src/github/api.ts';
import type { Origin } from '../../src/github/event.ts';
import type { Log } from '../../src/model/ports.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

export interface Repository {
  readonly github: Github;
  readonly api: Api;
  readonly origin: Origin;
  /** `METHOD /path` below the repository, of the calls that were made for comments, issues and pull requests. */
  readonly calls: () => readonly string[];
  /** Those of them that change something. */
  readonly writes: () => readonly string[];
}

export async function repository(job: Partial<JobSettings> = {}): Promise<Repository> {
  const github = await startGithub({ job, log: () => {} });
  closers.push(() => github.close());
  const { owner, name } = github.job;
  const origin = originAt(github.apiUrl);
  const calls = () =>
    github.requests
      .filter(({ path }) => path.startsWith('/repos/'))
      .map(({ method, path }) => `${method} ${path.slice(`/repos/${owner}/${name}/`.length)}`);
  return {
    github,
    api: createApi(github.token, origin, {}),
    origin,
    calls,
    writes: () => calls().filter((call) => !call.startsWith('GET')),
  };
}

export function originAt(apiUrl: string, overrides: Partial<Origin> = {}): Origin {
  return {
    owner: 'octo-org',
    repo: 'spaces-infra',
    readOnlyToken: false,
    headSha: 'c0ffee0000000000000000000000000000000000',
    runUrl: 'https://github.com/octo-org/spaces-infra/actions/runs/4711',
    apiUrl,
    ...overrides,
  };
}

type Answers = Readonly<Record<string, { readonly status: number; readonly body: object }>>;

/** An API that answers these paths so, and any other with 404. */
export async function answering(answers: Answers): Promise<Api> {
  const server = createServer((request, response) => {
    const { status, body } = answers[request.url ?? ''] ?? { status: 404, body: { message: 'Not Found' } };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  );
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return createApi('a-token', originAt(`http://127.0.0.1:${port}`), {});
}

/** A log that keeps its lines. */
export function keeping(): Log & { readonly lines: string[]; readonly warnings: string[] } {
  const [lines, warnings]: [string[], string[]] = [[], []];
  return {
    lines,
    warnings,
    info: (line) => lines.push(line),
    debug: () => undefined,
    warning: (line) => warnings.push(line),
    group: async (_title, body) => await body(),
  };
}
