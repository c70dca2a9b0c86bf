/** The answers of the token review. */
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createAuthority } from '../../certificates.ts';
import { startTokenReview, type Webhook } from '../../eks/token-review.ts';
import type { IncomingMessage } from 'node:http';

const runner = {
  username: 'github-runner',
  groups: ['spaces-workload-identity'],
  arn: 'arn:aws:sts::111122223333:assumed-role/github-runner/job',
};
let webhook: Webhook;

beforeEach(async () => {
  webhook = await startTokenReview({
    authority: await createAuthority('test'),
    verify: (token) => Promise.resolve(token === 'good' ? runner : undefined),
    log: () => {},
  });
});

afterEach(async () => {
  await webhook.close();
});

async function post(body: object): Promise<{ status: number | undefined; body: unknown }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = request(webhook.url, { method: 'POST', ca: webhook.caPem }, resolve);
    call.once('error', reject);
    call.end(JSON.stringify(body));
  });
  return { status: response.statusCode, body: JSON.parse(await text(response)) as unknown };
}

function review(token: string): object {
  return { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } };
}

test('tells the API server whom a good token stands for, over TLS of its authority', async () => {
  expect(await post(review('good'))).toEqual({
    status: 200,
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec: {},
      status: {
        authenticated: true,
        user: {
          username: 'github-runner',
          uid: runner.arn,
          groups: ['spaces-workload-identity'],
          extra: { arn: [runner.arn] },
        },
      },
    },
  });
});

test('refuses another token without saying why, as EKS does', async () => {
  expect(await post(review('bad'))).toMatchObject({
    status: 200,
    body: { status: { authenticated: false } },
  });
});

test('takes no other version of the review', async () => {
  const { status } = await post({ ...review('good'), apiVersion: 'authentication.k8s.io/v1beta1' });
  expect(status).toBe(400);
});
