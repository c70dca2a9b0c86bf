/** An API server that answers from a table of paths. */
import { createClusterApi } from '../../../src/cluster/api/api.ts';
import type { ApiAnswer, ApiRequest } from '../../../src/cluster/api/connection.ts';
import { explain } from '../../../src/cluster/explain.ts';
import { fakeLog } from '../../tools/fakes.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { access, clusterCaller } from '../kubectl/setup.ts';

/** The objects of a list, one object, or what is answered as it is. */
export type Reply = object | Answer;
type Answer = (request: ApiRequest, nth: number) => ApiAnswer;

export function isAnswer(reply: Reply): reply is Answer {
  return typeof reply === 'function';
}

export const answered = (status: number, body: object | string): (() => ApiAnswer) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return () => ({ status, body: text });
};
/** A refusal in the API server's own form. */
export const said = (status: number, reason: string, message: string): (() => ApiAnswer) =>
  answered(status, { kind: 'Status', reason, message });

export const NO_SUCH_PATH = said(404, 'NotFound', 'the server could not find the requested resource');
export const BUSY = said(429, 'TooManyRequests', 'too many requests');
export const denied = (what: string, group = '') =>
  said(
    403,
    'Forbidden',
    `${what} is forbidden: User "ci" cannot list resource "${what}" in API group "${group}" at the cluster scope`,
  );

/** What `/apis` says of groups, by version what kinds each has. */
export function groups(kinds: Readonly<Record<string, readonly string[]>>): Record<string, Reply> {
  const byGroup = Map.groupBy(Object.keys(kinds), (version) => version.split('/')[0] ?? '');
  const all = [...byGroup].map(([name, versions]) => ({
    name,
    versions: versions.map((groupVersion) => ({ groupVersion })),
  }));
  const of = Object.entries(kinds).map(([version, names]): [string, Reply] => [
    `/apis/${version}`,
    { kind: 'APIResourceList', resources: names.map((name) => ({ name })) },
  ]);
  return { '/apis': { kind: 'APIGroupList', groups: all }, ...Object.fromEntries(of) };
}

function answerOf(reply: Reply, request: ApiRequest, nth: number): ApiAnswer {
  if (isAnswer(reply)) return reply(request, nth);
  if (!Array.isArray(reply)) return { status: 200, body: JSON.stringify(reply) };
  return { status: 200, body: JSON.stringify({ kind: 'List', metadata: {}, items: reply }) };
}

const pathOf = ({ path }: ApiRequest): string => path.replace(/\?.*/, '');

export function fakeApi(at: Readonly<Record<string, Reply>>) {
  const asked: ApiRequest[] = [];
  const [clock, log] = [fakeClock(), fakeLog()];
  const send = async (request: ApiRequest): Promise<ApiAnswer> => {
    const nth = asked.filter((before) => pathOf(before) === pathOf(request)).length + 1;
    asked.push(request);
    return await Promise.resolve(answerOf(at[pathOf(request)] ?? NO_SUCH_PATH, request, nth));
  };
  let busy = 0;
  const api = createClusterApi({
    send,
    access: access(),
    clock,
    log,
    onBusy: () => void (busy += 1),
    failure: (tried, text) =>
      explain(tried, text, clusterCaller(), { reason: 'cluster-access-denied', next: 'See the message.' }),
  });
  const paths = () => asked.map(pathOf);
  return { api, asked, paths, clock, log, busy: () => busy };
}

export const queryOf = (request: ApiRequest | undefined): Record<string, string> =>
  Object.fromEntries(new URL(request?.path ?? '/', 'https://kubernetes').searchParams);
