/** Stands in for `kubectl proxy`: answers what it was started with and asked for, as JSON. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';

const args = process.argv.slice(2);
const LAST_WORDS: Readonly<Record<string, string>> = {
  broken: 'error: no such cluster\n',
  'other-context': 'error: context "x" does not exist\n',
};
const lastWords = LAST_WORDS[process.env['FAKE_PROXY'] ?? ''];
if (lastWords !== undefined) {
  process.stderr.write(lastWords);
  process.exit(3);
}

// One that hangs before it serves, one that also ignores signals, and one that serves and ignores them.
if (process.env['FAKE_PROXY'] === 'silent' || process.env['FAKE_PROXY'] === 'deaf')
  setInterval(() => undefined, 1_000);
if (process.env['FAKE_PROXY'] === 'deaf' || process.env['FAKE_PROXY'] === 'stubborn')
  process.on('SIGTERM', () => undefined);

const ANSWERS: readonly (readonly [string, number, string])[] = [
  ['/forbidden/', 403, JSON.stringify({ message: 'cannot create serviceaccounts/token' })],
  ['/absent/', 404, JSON.stringify({ message: 'serviceaccounts "x" not found' })],
  ['/empty/', 201, JSON.stringify({ status: {} })],
  ['/old-token/', 401, '{}'],
  ['/sign-in/', 500, 'getting credentials: exec: executable sso failed with exit code 1'],
  ['/garbage/', 502, 'token eyJnotforyou'],
];

/** A cluster with nodes alone: it knows nothing of Spaces. */
const EMPTY: typeof ANSWERS = [
  ['/api/v1/nodes', 200, JSON.stringify({ kind: 'NodeList', metadata: {}, items: [] })],
  [
    '/',
    404,
    JSON.stringify({
      kind: 'Status',
      reason: 'NotFound',
      message: 'the server could not find the requested resource',
    }),
  ],
];
const TABLE = process.env['FAKE_PROXY'] === 'empty' ? EMPTY : ANSWERS;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = '', method, headers } = request;
  const sent = await text(request);
  const body: unknown = sent === '' ? null : JSON.parse(sent);
  const asked = { url, method, host: headers.host, accept: headers.accept, body, args, pid: process.pid };
  const token = JSON.stringify({ status: { token: `token-of-${url}` }, asked });
  if (url.includes('/never/')) return;
  if (url.includes('/slow/')) await setTimeout(300);
  if (url.includes('/sign-in/')) process.stderr.write('sso: the session is over\n');
  const [, status, said] = TABLE.find(([part]) => url.includes(part)) ?? ['', 201, token];
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(said);
}

const server = createServer((request, response) => {
  answer(request, response).catch(() => response.destroy());
});
const socket = args.find((arg) => arg.startsWith('--unix-socket='))?.slice('--unix-socket='.length);
const started = (): void => {
  process.stdout.write(`Starting to serve on ${socket}\n`);
};
if (['silent', 'deaf'].includes(process.env['FAKE_PROXY'] ?? '')) process.stderr.write('signing in\n');
else server.listen(socket, started);
