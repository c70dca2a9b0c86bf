/** Answers of the API server that are not what they should be. */
import { gzipSync, gunzipSync } from 'node:zlib';
import type { ApiAnswer, ApiFront } from '../../../sandbox/kubernetes/index.ts';
import type { Inputs, Run, Scene } from './scene.ts';

export type ClusterKind = (answer: ApiAnswer) => ApiAnswer | undefined;

const PAGE = '<html><head><title>Sorry</title></head><body>Something went wrong</body></html>';

const page = (status: number): ApiAnswer => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: Buffer.from(PAGE),
});

const status = (code: number, reason: string, message: string): ApiAnswer => ({
  status: code,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(
    JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code }),
  ),
});

/** What priority and fairness says to one request too many. */
export const tooMany = (): ApiAnswer =>
  status(429, 'TooManyRequests', 'too many requests, please try again later');

/** The API server compresses long answers. */
function half(answer: ApiAnswer): ApiAnswer {
  const isPacked = answer.headers['content-encoding'] === 'gzip';
  const whole = isPacked ? gunzipSync(answer.body) : answer.body;
  const cut = whole.subarray(0, whole.length / 2);
  return { ...answer, body: isPacked ? gzipSync(cut) : cut };
}

/** By name, what comes in the place of an answer. */
export const CLUSTER_ANSWERS: Readonly<Record<string, ClusterKind>> = {
  'no answer, the connection breaks off': () => undefined,
  'a page with status 503': () => page(503),
  'a page with status 200': () => page(200),
  'half of the answer': half,
  'an empty answer': (answer) => ({
    ...answer,
    headers: { 'content-type': 'application/json' },
    body: Buffer.of(),
  }),
  'an answer to something else': () => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from('{}'),
  }),
  'the API server fails': () =>
    status(500, 'InternalError', 'Internal error occurred: etcdserver: request timed out'),
  'the API server starts': () =>
    status(503, 'ServiceUnavailable', 'the server is currently unable to handle the request'),
  'a list whose next page is too late': () =>
    status(410, 'Expired', 'The provided continue parameter is too old to display a consistent list result'),
};

/** Helm takes any object without items for an empty list: a release that it does not find can't be told from one that is not there. */
const UNTOLD = new Map([['an answer to something else', 'kube:get secrets']]);

/** What a run asks of the API server, each once: all that can be answered so. */
export async function readsOf(
  scene: Scene,
  front: ApiFront,
  inputs: Inputs,
  kind: string,
): Promise<readonly string[]> {
  const seen = new Set<string>();
  front.bend = (read, answer) => {
    seen.add(read);
    return answer;
  };
  try {
    await scene.succeed(inputs);
    return [...seen].filter((read) => UNTOLD.get(kind) !== read).toSorted();
  } finally {
    front.bend = undefined;
  }
}

/** A run in which the first answers to one question, as many as `times`, come so. Throws when it does not ask that. */
export async function runWithCluster(
  scene: Scene,
  front: ApiFront,
  inputs: Inputs,
  { read, kind, times }: { readonly read: string; readonly kind: ClusterKind; readonly times: number },
): Promise<Run> {
  let left = times;
  let isAsked = false;
  front.bend = (asked, answer) => {
    if (asked !== read || left === 0) return answer;
    left -= 1;
    isAsked = true;
    return kind(answer);
  };
  try {
    const run = await scene.run(inputs);
    if (!isAsked) throw new Error(`${read} was not asked:\n${run.log}`);
    return run;
  } finally {
    front.bend = undefined;
  }
}
