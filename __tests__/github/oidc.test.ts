/** The OIDC token of the job. */
import { createServer } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { createIdTokenRequest, NoToken } from '../../src/github/id-token-request.ts';
import { createIdTokenSource, decodeClaims } from '../../src/github/oidc.ts';
import { failureOf, fakeLog } from '../aws/fakes.ts';
import { fakeClock } from '../support/fake-clock.ts';

const env = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x/?api-version=2', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' };
const jwt = (claims: unknown) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

function source(answers: readonly (string | Error)[], given: typeof env | object = env, fork?: string) {
  const events: string[] = [];
  const log = fakeLog();
  const clock = fakeClock();
  const left = [...answers];
  const ask = createIdTokenSource({
    env: given,
    fork,
    clock,
    log,
    mask: (value) => events.push(`mask ${value}`),
    getIdToken: (audience) => {
      events.push(`ask ${audience}`);
      const answer = left.shift() ?? new Error('asked too often');
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });
  return { ask, events, log, clock };
}

const unreached = new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND x') });
const httpError = (code: number) => new NoToken(`HTTP status ${code}: boom`, code);

describe('the source of tokens', () => {
  test('asks anew each time and masks what it gets', async () => {
    const { ask, events } = source(['one', 'two']);
    expect([(await ask('a')).token, (await ask('b')).token]).toEqual(['one', 'two']);
    expect(events).toEqual(['ask a', 'mask one', 'ask b', 'mask two']);
  });

  test.each([
    {},
    { ACTIONS_ID_TOKEN_REQUEST_URL: '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' },
    { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x' },
  ])('explains a job without permission, and asks nobody: %j', async (given) => {
    const { ask, events } = source([], given);
    const failure = await failureOf(ask('a'));
    expect(failure.reason).toBe('sign-in-denied');
    expect(failure.details.next).toContain('id-token: write');
    expect(failure.details.next).not.toContain('fork');
    expect(events).toEqual([]);
  });

  test('of a pull request of a fork, no permission helps: what skips the job does', async () => {
    const { ask, events } = source([], {}, 'the fork someone/spaces-infra');
    const failure = await failureOf(ask('a'));
    expect(failure.reason).toBe('sign-in-denied');
    expect(failure.details.said).toMatch(/for its pull request comes from the fork someone\/spaces-infra$/);
    expect(failure.details.next).toContain('if: ${{ !github.event.pull_request.head.repo.fork }}');
    expect(failure.details.next).not.toContain('id-token: write');
    expect(events).toEqual([]);
  });

  test('a fork that was given a token all the same has one', async () => {
    expect(await source(['one'], env, 'the fork someone/x').ask('a')).toMatchObject({ token: 'one' });
  });

  test('tries again after 5xx and network errors, and never logs a token', async () => {
    const { ask, clock, log } = source([httpError(503), unreached, 'the-token']);
    expect(await ask('a')).toEqual({ token: 'the-token', claims: undefined });
    expect(clock.slept).toEqual([1000, 2000]);
    expect(log.lines.join('\n')).not.toContain('the-token');
  });

  test.each([408, 429])('a service that is too busy (%i) is asked again', async (status) => {
    expect((await source([httpError(status), 'the-token']).ask('a')).token).toBe('the-token');
    const failure = await failureOf(source(Array.from({ length: 5 }, () => httpError(status))).ask('a'));
    expect(failure.reason).toBe('timed-out');
  });

  test('gives up after five attempts', async () => {
    const { ask, clock } = source([500, 500, 500, 500, 500].map(httpError));
    const failure = await failureOf(ask('a'));
    expect(failure.reason).toBe('timed-out');
    expect(failure.details.said).toBe('HTTP status 500: boom');
    expect(clock.slept).toHaveLength(4);
  });

  test('says what is below `fetch failed`', async () => {
    const failure = await failureOf(source(Array.from({ length: 5 }, () => unreached)).ask('a'));
    expect(failure.details.said).toBe('fetch failed: getaddrinfo ENOTFOUND x');
  });

  test.each([
    [httpError(403), 'id-token: write'],
    [new NoToken('an answer without a token (text/html)', 200), 'NO_PROXY'],
  ])('a refusal is final: %s', async (error, advice) => {
    const { ask, clock } = source([error]);
    const failure = await failureOf(ask('a'));
    expect(failure.reason).toBe('sign-in-denied');
    expect(failure.details.next).toContain(advice);
    expect(clock.slept).toEqual([]);
  });

  test.each([
    [407, 0],
    [502, 4],
  ])('a proxy that answers %i is asked %i times more', async (status, more) => {
    const refused = new Error(`Proxy response (${status}) !== 200 when HTTP Tunneling`);
    const { ask, clock } = source(Array.from({ length: 5 }, () => refused));
    const failure = await failureOf(ask('a'));
    expect(failure).toMatchObject({
      reason: 'timed-out',
      details: { next: expect.stringContaining('The proxy') },
    });
    expect(clock.slept).toHaveLength(more);
  });
});

/** Asks a server that answers like this. */
async function askServer(status: number, body: string) {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url, request.headers.authorization);
    response.writeHead(status, { 'content-type': 'text/html; charset=x' }).end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const request = createIdTokenRequest({
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer',
  });
  const result = await request('sts.amazonaws.com/é').catch((error: unknown) => error);
  server.closeAllConnections();
  server.close();
  return { asked, result };
}

describe('one request', () => {
  test('the audience joins the query, encoded', async () => {
    const { asked, result } = await askServer(200, '{"value":"abc"}');
    expect(result).toBe('abc');
    expect(asked).toEqual(['/token?api-version=2.0&audience=sts.amazonaws.com%2F%C3%A9', 'Bearer bearer']);
  });

  test.each([
    [403, '{"message":"no"}', 'HTTP status 403 Forbidden: no'],
    [503, '<html>', 'HTTP status 503 Service Unavailable'],
    [200, '<html>', 'an answer without a token (text/html; charset=x)'],
    [200, '{"value":""}', 'an answer without a token (text/html; charset=x)'],
    [500, '{"value":"abc"}', 'HTTP status 500 Internal Server Error'],
  ])('an answer %i %s is none', async (status, body, message) => {
    const { result } = await askServer(status, body);
    expect(result).toMatchObject({ name: 'NoToken', status, message });
  });
});

describe('decodeClaims', () => {
  test('reads what messages need', () => {
    const claims = { iss: 'https://i', sub: 's', aud: ['a', 'b'], repository_id: '1', more: 2 };
    expect(decodeClaims(jwt(claims))).toEqual({
      iss: 'https://i',
      sub: 's',
      aud: 'a, b',
      repository_id: '1',
    });
  });

  test.each(['', 'not a token', 'a.b.c', jwt({ sub: 's' })])('%j has none', (token) => {
    expect(decodeClaims(token)).toBeUndefined();
  });
});
