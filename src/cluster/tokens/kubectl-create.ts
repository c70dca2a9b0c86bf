/** Posts to the API server by one kubectl process per request: slower than a proxy, but nothing listens anywhere. */
import pLimit from 'p-limit';
import { errorText } from '../stderr.ts';
import type { Kubectl } from '../kubectl/kubectl.ts';
import type { ApiAnswer, ApiPoster } from './api-poster.ts';

const SIDE_BY_SIDE = 4;

/** The body goes in by stdin, and the answer, which may hold a token, comes back by stdout alone. */
export function postByProcess(kubectl: Kubectl): ApiPoster {
  const inTurn = pLimit(SIDE_BY_SIDE);
  return {
    post: (path, body) => inTurn(() => post(kubectl, path, body)),
    stop: () => Promise.resolve(),
  };
}

/** kubectl gives no status but names its reason. */
async function post(kubectl: Kubectl, path: string, body: object): Promise<ApiAnswer> {
  const args = ['create', `--raw=${path}`, '--filename=-'];
  const stdin = JSON.stringify(body);
  const { code, stdout, stderr } = await kubectl.run('take a token', args, { stdin });
  if (code === 0) return { status: 201, body: stdout };
  const status = stderr.includes('(NotFound)') ? 404 : 500;
  return { status, body: JSON.stringify({ message: errorText(stderr) }) };
}
