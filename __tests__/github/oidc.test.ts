/** The OIDC token of the job. */
import { createServer } from 'node:http';
import { getIDToken } from '@actions/core';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createIdTokenSource, decodeClaims } from '../../src/github/oidc.ts';
import { failureOf, fakeClock, fakeLog } from '../aws/fakes.ts';

const env = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x/?api-version=2', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' };
const jwt = (claims: unknown) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

function source(answers: readonly (string | Error)[], given: typeof env | object = env) {
  const events: string[] = [];
  const log = fakeLog();
  const clock = fakeClock();
  const left = [...answers];
  const ask = createIdTokenSource({
    env: given,
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

/** As @actions/core words it. */
const httpError = (code: number | undefined) =>
  new Error(
    `Error message: Failed to get ID Token. \n \n        Error Code : ${code}\n \n        Error Message: boom`,
  );

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
    expect(failure.details.next).toContain('to pull requests from forks in the event pull_request');
    expect(events).toEqual([]);
  });

  test('tries again after 5xx and network errors, and never logs a token', async () => {
    const { ask, clock, log } = source([httpError(503), httpError(undefined), 'the-token']);
    expect(await ask('a')).toEqual({ token: 'the-token', claims: undefined });
    expect(clock.sleeps).toEqual([1000, 2000]);
    expect(log.lines.join('\n')).not.toContain('the-token');
  });

  test('gives up after five attempts', async () => {
    const { ask, clock } = source([500, 500, 500, 500, 500].map(httpError));
    const failure = await failureOf(ask('a'));
    expect(failure.reason).toBe('timed-out');
    expect(failure.details.said).toBe(
      'Error: Error message: Failed to get ID Token. Error Code : 500 Error Message: boom',
    );
    expect(clock.sleeps).toHaveLength(4);
  });

  test.each([httpError(403), new Error('Response json body do not have ID Token field')])(
    'a refusal is final: %s',
    async (error) => {
      const { ask, clock } = source([error]);
      const failure = await failureOf(ask('a'));
      expect(failure.reason).toBe('sign-in-denied');
      expect(clock.sleeps).toEqual([]);
    },
  );
});

/** Asks with @actions/core itself, of a server that answers like this. */
async function askServer(status: number, body: string) {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url, request.headers.authorization);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const given = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer',
  };
  Object.assign(process.env, given);
  const dependencies = {
    env: given,
    getIdToken: getIDToken,
    mask: () => undefined,
    clock: fakeClock(),
    log: fakeLog(),
  };
  const result = await createIdTokenSource(dependencies)('sts.amazonaws.com/é').catch(
    (error: unknown) => error,
  );
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return { asked, result, clock: dependencies.clock };
}

describe('with @actions/core', () => {
  const names = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'] as const;
  afterEach(() => {
    for (const name of names) delete process.env[name];
  });

  test('the audience joins the query, encoded', async () => {
    const { asked, result } = await askServer(200, '{"value":"abc"}');
    expect(result).toEqual({ token: 'abc', claims: undefined });
    expect(asked).toEqual(['/token?api-version=2.0&audience=sts.amazonaws.com%2F%C3%A9', 'Bearer bearer']);
  });

  test('its wording of a refusal is understood', async () => {
    const { result, clock } = await askServer(403, '{"message":"no"}');
    expect(result).toMatchObject({ reason: 'sign-in-denied' });
    expect(clock.sleeps).toEqual([]);
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
