/** Who a token is. */
import { expect, test } from '@jest/globals';
import { createApi, whoAmI } from '../../src/github/api.ts';
import { answering, originAt } from './setup.ts';

const refused = { status: 403, body: { message: 'Resource not accessible by integration' } };

test('a user’s token says whose it is', async () => {
  const api = await answering({ '/user': { status: 200, body: { login: 'octocat' } } });
  expect(await whoAmI(api)).toBe('octocat');
});

test('an app’s token may not ask for its user, but GraphQL knows who is viewing', async () => {
  const graphql = { status: 200, body: { data: { viewer: { login: 'space-bot[bot]' } } } };
  expect(await whoAmI(await answering({ '/user': refused, '/graphql': graphql }))).toBe('space-bot[bot]');
});

test.each([
  ['refuses', refused],
  ['does not know', { status: 200, body: { data: {} } }],
  ['fails', { status: 200, body: { errors: [{ message: 'no' }] } }],
])('where GraphQL %s, it is the job’s own token', async (_what, graphql) => {
  expect(await whoAmI(await answering({ '/user': refused, '/graphql': graphql }))).toBe(
    'github-actions[bot]',
  );
});

test('a proxy that can’t be used is an error of the request, not of making the client', async () => {
  const { octokit } = createApi('a-token', originAt('http://github.invalid'), { HTTP_PROXY: '::' });
  await expect(octokit.request('GET /user')).rejects.toMatchObject({
    name: 'HttpError',
    status: 500,
    message: expect.stringContaining('reach github.invalid through the proxy of HTTP_PROXY'),
  });
});
