/** Sends requests to the API server by one kubectl process each: slower than a proxy, but nothing listens anywhere. */
import pLimit from 'p-limit';
import { errorText } from '../stderr.ts';
import type { Kubectl } from '../kubectl/kubectl.ts';
import type { ApiAnswer, ApiConnection, ApiRequest } from './connection.ts';

const SIDE_BY_SIDE = 4;

/** A body goes in by stdin, and the answer, which may hold a token, comes back by stdout alone. */
export function oneByOne(kubectl: Kubectl): ApiConnection {
  const inTurn = pLimit(SIDE_BY_SIDE);
  return {
    send: (request) => inTurn(() => send(kubectl, request)),
    isOpen: () => true,
    stop: () => Promise.resolve(),
  };
}

/** kubectl gives no status but names its reason. */
async function send(kubectl: Kubectl, { method, path, body, tried }: ApiRequest): Promise<ApiAnswer> {
  const { code, stdout, stderr } =
    method === 'GET'
      ? await kubectl.run(tried, ['get', `--raw=${path}`])
      : await kubectl.run(tried, ['create', `--raw=${path}`, '--filename=-'], {
          stdin: JSON.stringify(body),
        });
  if (code === 0) return { status: method === 'GET' ? 200 : 201, body: stdout };
  const status = stderr.includes('(NotFound)') ? 404 : 500;
  return { status, body: '', stderr: errorText(stderr) };
}
