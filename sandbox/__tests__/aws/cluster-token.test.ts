/** Sign-in tokens of EKS: which are taken, and for whom. */
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Credentials, Sha256 } from '../../aws/eks-auth/agent-call.ts';
import { account, type Bench, region, startBench } from '../../aws/testing.ts';

let bench: Bench;
let user: Credentials & { arn: string };
beforeEach(async () => {
  bench = await startBench();
  bench.aws.eks.addCluster({ name: 'space', endpoint: '', caPem: '', publicKeys: [] });
  user = bench.aws.iam.createUser({ userName: 'deploy' });
  bench.aws.eks.addAccessEntry('space', user.arn, {
    username: 'deploy',
    groups: ['spaces-workload-identity'],
  });
});
afterEach(() => bench.aws.close());

interface TokenChange {
  hostname?: string;
  cluster?: string;
  protocol?: string;
  path?: string;
  query?: Record<string, string>;
  expiresIn?: number;
  signingDate?: Date;
  credentials?: Credentials;
  /** Changes the URL after signing. */
  tamper?: (url: string) => string;
}

async function token(change: TokenChange = {}): Promise<string> {
  const hostname = change.hostname ?? `sts.${region}.amazonaws.com`;
  const credentials = change.credentials ?? user;
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256: Sha256 });
  const request = new HttpRequest({
    protocol: change.protocol ?? 'https:',
    method: 'GET',
    hostname,
    path: change.path ?? '/',
    query: { Action: 'GetCallerIdentity', Version: '2011-06-15', ...change.query },
    headers: { host: hostname, 'x-k8s-aws-id': change.cluster ?? 'space' },
  });
  const signed = await signer.presign(request, {
    expiresIn: change.expiresIn ?? 60,
    ...(change.signingDate === undefined ? {} : { signingDate: change.signingDate }),
  });
  const query = Object.entries(signed.query ?? {}).map(
    ([name, value]) => `${name}=${encodeURIComponent(String(value))}`,
  );
  const url = `${signed.protocol}//${signed.hostname}${signed.path}?${query.join('&')}`;
  return `k8s-aws-v1.${Buffer.from(change.tamper?.(url) ?? url).toString('base64url')}`;
}

const verify = async (change?: TokenChange) => bench.aws.verifyClusterToken('space', await token(change));

test('a presigned identity call signs its principal in through the access entry', async () => {
  expect(await verify()).toEqual({ username: 'deploy', groups: ['spaces-workload-identity'], arn: user.arn });
});

test.each<[string, TokenChange]>([
  ['a FIPS host', { hostname: 'sts-fips.us-east-1.amazonaws.com' }],
  ['the global host', { hostname: 'sts.amazonaws.com' }],
  ['fourteen minutes of age', { signingDate: new Date(Date.now() - 14 * 60_000) }],
])('%s is accepted', async (_what, change) => {
  expect(await verify(change)).toMatchObject({ username: 'deploy' });
});

test.each<[string, TokenChange]>([
  ['another host', { hostname: 'sts.example.com' }],
  ['a host of another partition', { hostname: 'sts.cn-north-1.amazonaws.com.cn' }],
  ['plain HTTP', { protocol: 'http:' }],
  ['another path', { path: '/other' }],
  ['a foreign query key', { query: { Foreign: '1' } }],
  ['another action', { query: { Action: 'AssumeRole' } }],
  ['another cluster', { cluster: 'other' }],
  ['an expiry over 15 minutes', { expiresIn: 901 }],
  ['16 minutes of age', { signingDate: new Date(Date.now() - 16 * 60_000) }],
  ['a wrong secret', { credentials: { accessKeyId: 'replaced below', secretAccessKey: 'wrong' } }],
  ['a changed query', { tamper: (url) => url.replace('X-Amz-Expires=60', 'X-Amz-Expires=61') }],
  ['a key given twice', { tamper: (url) => `${url}&action=GetCallerIdentity` }],
  [
    'too long a session token',
    { credentials: { accessKeyId: 'x', secretAccessKey: 'x', sessionToken: 'x'.repeat(4000) } },
  ],
])('%s is refused', async (what, change) => {
  const sameKey = { credentials: { accessKeyId: user.accessKeyId, secretAccessKey: 'wrong' } };
  expect(await verify(what === 'a wrong secret' ? sameKey : change)).toBeUndefined();
});

test('a principal without access entry is nobody', async () => {
  const stranger = bench.aws.iam.createUser({ userName: 'stranger' });
  expect(await verify({ credentials: stranger })).toBeUndefined();
});

test('a session signs in by its role’s ARN with the path', async () => {
  const trustPolicy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }],
  };
  const role = bench.aws.iam.createRole({ roleName: 'job', path: '/ci/', trustPolicy });
  const { Credentials: made } = await bench.admin.sts.send(
    new AssumeRoleCommand({ RoleArn: role.arn, RoleSessionName: 'run-1' }),
  );
  const credentials = {
    accessKeyId: made?.AccessKeyId ?? '',
    secretAccessKey: made?.SecretAccessKey ?? '',
    sessionToken: made?.SessionToken ?? '',
  };
  bench.aws.eks.addAccessEntry('space', `arn:aws:iam::${account}:role/job`, { username: 'no', groups: [] });
  expect(await verify({ credentials })).toBeUndefined();
  bench.aws.eks.addAccessEntry('space', role.arn, { username: 'job:{{SessionName}}', groups: ['ci'] });
  expect(await verify({ credentials })).toMatchObject({ username: 'job:run-1', groups: ['ci'] });
});
