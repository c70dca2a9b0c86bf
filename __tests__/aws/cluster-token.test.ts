/** The cluster token, its signature computed independently. */
import { createHash, createHmac } from 'node:crypto';
import { STSClient } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createClusterToken } from '../../src/aws/cluster-token.ts';
import { failureOf } from './fakes.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { START } from '../support/names.ts';

const keys = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI',
  sessionToken: 'IQoJ+/=(session)*',
};

function stsIn(region: string): STSClient {
  return new STSClient({ region, credentials: keys });
}

async function urlFor(region: string, cluster = 'space-prod') {
  const { token, expiresAt } = await createClusterToken(stsIn(region), cluster, fakeClock());
  expect(token).toMatch(/^k8s-aws-v1\.[A-Za-z0-9_-]+$/);
  const text = Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString('utf8');
  return { url: new URL(text), text, expiresAt, token };
}

afterEach(() => {
  delete process.env['AWS_ENDPOINT_URL'];
  delete process.env['AWS_ENDPOINT_URL_STS'];
});

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha = (text: string) => createHash('sha256').update(text).digest('hex');

/** Signature Version 4 by hand, from the documents of AWS: independent of the signer under test. */
function signatureOf(url: URL, region: string, headers: Readonly<Record<string, string>>): string {
  const query = url.search
    .slice(1)
    .split('&')
    .filter((pair) => !pair.startsWith('X-Amz-Signature='))
    .toSorted()
    .join('&');
  const names = Object.keys(headers).toSorted();
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = ['GET', '/', query, lines, names.join(';'), sha('')].join('\n');
  const stamp = url.searchParams.get('X-Amz-Date') ?? '';
  const scope = `${stamp.slice(0, 8)}/${region}/sts/aws4_request`;
  const key = [region, 'sts', 'aws4_request'].reduce(
    hmac,
    hmac(`AWS4${keys.secretAccessKey}`, stamp.slice(0, 8)),
  );
  return hmac(key, ['AWS4-HMAC-SHA256', stamp, scope, sha(canonical)].join('\n')).toString('hex');
}

describe('the token', () => {
  test('is a presigned GetCallerIdentity with host and cluster name signed', async () => {
    const { url, expiresAt } = await urlFor('eu-central-1');
    expect(`${url.protocol}//${url.host}${url.pathname}`).toBe('https://sts.eu-central-1.amazonaws.com/');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIDEXAMPLE/20261124/eu-central-1/sts/aws4_request',
      'X-Amz-Date': '20261124T100000Z',
      'X-Amz-Expires': '60',
      'X-Amz-Security-Token': keys.sessionToken,
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(expiresAt).toBe(START + 14 * 60_000);
  });

  test.each(['eu-central-1', 'cn-north-1'])(
    'carries the signature that AWS computes in %s',
    async (region) => {
      const { url } = await urlFor(region);
      const expected = signatureOf(url, region, { host: url.host, 'x-k8s-aws-id': 'space-prod' });
      expect(url.searchParams.get('X-Amz-Signature')).toBe(expected);
    },
  );

  test.each([
    ['us-east-1', 'sts.us-east-1.amazonaws.com'],
    ['cn-north-1', 'sts.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', 'sts.us-gov-west-1.amazonaws.com'],
    ['eusc-de-east-1', 'sts.eusc-de-east-1.amazonaws.eu'],
  ])('names the host of the partition: %s', async (region, host) => {
    expect((await urlFor(region)).url.host).toBe(host);
  });

  test('names the genuine host whatever the endpoint variables say', async () => {
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:9';
    process.env['AWS_ENDPOINT_URL_STS'] = 'http://127.0.0.1:9';
    expect((await urlFor('eu-central-1')).url.host).toBe('sts.eu-central-1.amazonaws.com');
  });

  test('is encoded as RFC 3986 has it', async () => {
    const { text } = await urlFor('eu-central-1');
    expect(text).toContain('X-Amz-Security-Token=IQoJ%2B%2F%3D%28session%29%2A');
    expect(text).toContain('X-Amz-SignedHeaders=host%3Bx-k8s-aws-id');
  });

  test('ends with the AWS session behind it', async () => {
    const expiration = new Date(Date.now() + 6 * 60_000);
    const sts = new STSClient({ region: 'eu-central-1', credentials: { ...keys, expiration } });
    const clock = { ...fakeClock(), now: () => Date.now() };
    const { expiresAt } = await createClusterToken(sts, 'c', clock);
    expect(expiresAt).toBe(expiration.getTime());
  });

  test('without credentials is a Failure that says what to do', async () => {
    const none = Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' });
    const sts = new STSClient({ region: 'eu-central-1', credentials: () => Promise.reject(none) });
    const failure = await failureOf(createClusterToken(sts, 'c', fakeClock()));
    expect(failure.reason).toBe('sign-in-denied');
    expect(failure.details.tried).toBe('sign a token for EKS cluster c');
  });
});
