/** What a SharedExternalSecret reads: each key's value, or why there is none. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { account, type Bench, podTrust, region, serviceAccount, startBench } from '../../aws/testing.ts';
import { clusterName, startWorkloads, workloadArn } from '../../aws/testing-workloads.ts';
import { readSecret } from '../../external-secrets/external-secrets.ts';
import { podWith, secretWith, storeWith, surroundingsOf } from '../../external-secrets/testing.ts';
import type { SharedExternalSecret, SharedSecretStore } from '../../external-secrets/types.ts';

let bench: Bench;
let around: Awaited<ReturnType<typeof surroundingsOf>>;
beforeEach(async () => {
  bench = await startBench();
  await startWorkloads(bench);
  around = await surroundingsOf(bench);
  const { secrets, parameters, iam, eks } = bench.aws;
  secrets.set('ns-1/db', '{"user":"u1","login":{"password":"p1"}}', { owner: 'a' });
  secrets.set('ns-2/db', 'other');
  secrets.set('plain', 'text');
  parameters.set('/ns-1/key', 'k1', { owner: 'b' });
  const tag = '${aws:PrincipalTag/kubernetes-namespace}';
  const access = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
        Resource: `arn:aws:secretsmanager:${region}:${account}:secret:${tag}/*`,
      },
      {
        Effect: 'Allow',
        Action: ['ssm:GetParameter', 'ssm:ListTagsForResource'],
        Resource: `arn:aws:ssm:${region}:${account}:parameter/${tag}/*`,
      },
    ],
  };
  iam.createRole({ roleName: 'workload', trustPolicy: podTrust(), inlinePolicies: { access } });
  for (const namespace of ['ns-1', 'ns-2'])
    eks.addAssociation(clusterName, { namespace, serviceAccount, roleArn: workloadArn });
});
afterEach(() => bench.aws.close());

const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials' };
const plain = storeWith({});
const parameters = storeWith({ service: 'ParameterStore' }, { name: 'parameters' });

async function read(
  secret: SharedExternalSecret,
  stores: readonly SharedSecretStore[] = [plain, parameters],
  namespace = 'ns-1',
): Promise<string[]> {
  const outcomes = await readSecret(around, secret, stores, [podWith(namespace, env)]);
  return outcomes.map(({ place, key, value, error }) => `${place} ${key}: ${value ?? `! ${error}`}`);
}

const data = (...keys: string[]): SharedExternalSecret =>
  secretWith({ data: keys.map((key, index) => ({ secretKey: `k${index}`, remoteRef: { key } })) });
const denied = expect.stringContaining('api error AccessDeniedException');

test('a control plane reads its own and is refused another’s', async () => {
  const secret = data('ns-1/db', 'ns-2/db');
  expect(await read(secret)).toEqual([expect.stringContaining('"user":"u1"'), denied]);
  expect(await read(secret, [plain], 'ns-2')).toEqual([denied, 'spec.data[1] ns-2/db: other']);
});

test('the store’s prefix is put before the key', async () => {
  expect(await read(data('db'), [storeWith({ prefix: 'ns-1/' })])).toEqual([expect.stringContaining('u1')]);
  expect(await read(data('db'), [storeWith({ prefix: 'ns-2/' })])).toEqual([denied]);
});

test('a store in another region looks there, and needs the rights there', async () => {
  expect(await read(data('ns-1/db'), [storeWith({ region: 'us-east-1' })])).toEqual([denied]);
});

test('an entry may name another store, by the name that it has in the control plane', async () => {
  const storeRef = { kind: 'ClusterSecretStore' as const, name: 'params' };
  const secret = secretWith({
    data: [{ secretKey: 'k', remoteRef: { key: '/ns-1/key' }, sourceRef: { storeRef } }],
  });
  const named = storeWith({ service: 'ParameterStore' }, { name: 'x', secretStoreName: 'params' });
  expect(await read(secret, [plain, named])).toEqual(['spec.data[0] /ns-1/key: k1']);
  expect(await read(secret)).toEqual([
    'spec.data[0] /ns-1/key: ! could not get ClusterSecretStore "params", not found',
  ]);
});

test('without a kind a SecretStore is meant, which the Space makes none of', async () => {
  const secret = secretWith({
    secretStoreRef: { name: 'store' },
    data: [{ secretKey: 'k', remoteRef: { key: 'ns-1/db' } }],
  });
  expect(await read(secret)).toEqual([expect.stringContaining('could not get SecretStore "store"')]);
});

test('properties, versions and tags', async () => {
  const secret = secretWith({
    data: ['user', 'login.password', 'none'].map((property) => ({
      secretKey: 'k',
      remoteRef: { key: 'ns-1/db', property },
    })),
  });
  expect(await read(secret)).toEqual([
    'spec.data[0] ns-1/db: u1',
    'spec.data[1] ns-1/db: p1',
    'spec.data[2] ns-1/db: ! key none does not exist in secret ns-1/db',
  ]);
  const fetch = { metadataPolicy: 'Fetch' as const };
  const storeRef = { kind: 'ClusterSecretStore' as const, name: 'parameters' };
  const tags = secretWith({
    data: [
      { secretKey: 'a', remoteRef: { key: 'ns-1/db', property: 'owner', ...fetch } },
      { secretKey: 'b', remoteRef: { key: '/ns-1/key', version: '1' }, sourceRef: { storeRef } },
      { secretKey: 'c', remoteRef: { key: '/ns-1/key', ...fetch }, sourceRef: { storeRef } },
    ],
  });
  expect(await read(tags)).toEqual([
    'spec.data[0] ns-1/db: a',
    'spec.data[1] /ns-1/key: k1',
    'spec.data[2] /ns-1/key: {"owner":"b"}',
  ]);
});

test('extract takes an object whole; generators read nothing', async () => {
  bench.aws.secrets.set('ns-1/text', 'no object');
  const secret = secretWith({
    dataFrom: [
      { extract: { key: 'ns-1/db' } },
      { extract: { key: 'ns-1/text' } },
      { sourceRef: { generatorRef: { kind: 'UUID', name: 'u' } } },
    ],
  });
  expect(await read(secret)).toEqual([
    expect.stringContaining('spec.dataFrom[0] ns-1/db: {"user"'),
    'spec.dataFrom[1] ns-1/text: ! unable to unmarshal secret ns-1/text',
  ]);
});

test('a search needs the right to list, and then reads each hit', async () => {
  const storeRef = { kind: 'ClusterSecretStore' as const, name: 'parameters' };
  const secret = secretWith({
    dataFrom: [
      { find: { name: { regexp: '^ns-1/' } } },
      { find: { path: '/ns-1' }, sourceRef: { storeRef } },
    ],
  });
  expect(await read(secret)).toEqual([
    expect.stringContaining('secretsmanager:ListSecrets action'),
    expect.stringContaining('ssm:GetParametersByPath action'),
  ]);
  const listing = ['secretsmanager:ListSecrets', 'ssm:GetParametersByPath'];
  const Statement = [{ Effect: 'Allow', Action: listing, Resource: '*' }];
  bench.aws.iam.putRolePolicy('workload', 'find', { Version: '2012-10-17', Statement });
  expect(await read(secret)).toEqual([
    expect.stringContaining('"ns-1/db":'),
    'spec.dataFrom[1] /ns-1: {"/ns-1/key":"k1"}',
  ]);
});
