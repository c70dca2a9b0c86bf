/** Secrets and parameters through the SDK. */
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
} from '@aws-sdk/client-secrets-manager';
import {
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
} from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { account, type Bench, clients, region, startBench, userWith } from '../../aws/testing.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
  bench.aws.secrets.set('prod/db', 'swordfish', { team: 'a' });
  bench.aws.secrets.set('production-x', 'other');
  for (const name of ['/app/db', '/app/deep/key', 'plain'])
    bench.aws.parameters.set(name, `value of ${name}`);
});
afterEach(() => bench.aws.close());

const secrets = `arn:aws:secretsmanager:${region}:${account}:secret`;
const parameters = `arn:aws:ssm:${region}:${account}:parameter`;

test('a secret is read by name and by ARN, which ends in six random characters', async () => {
  const { secrets: client } = bench.admin;
  const described = await client.send(new DescribeSecretCommand({ SecretId: 'prod/db' }));
  expect(described.ARN).toMatch(/:secret:prod\/db-[A-Za-z0-9]{6}$/);
  expect(described.Tags).toEqual([{ Key: 'team', Value: 'a' }]);
  const read = await client.send(new GetSecretValueCommand({ SecretId: described.ARN ?? '' }));
  expect(read.SecretString).toBe('swordfish');
  const { SecretList: list } = await client.send(new ListSecretsCommand({}));
  expect(list?.map((secret) => secret.Name)).toEqual(['prod/db', 'production-x']);
});

const grant = (name: string, resource: string) =>
  userWith(bench.aws, name, { Action: 'secretsmanager:GetSecretValue', Resource: resource }).secrets;

test('a prefix without its slash grants more than meant, six question marks exactly one name', async () => {
  const wide = grant('wide', `${secrets}:prod*`);
  await wide.send(new GetSecretValueCommand({ SecretId: 'production-x' }));
  const exact = grant('exact', `${secrets}:prod/db-??????`);
  await exact.send(new GetSecretValueCommand({ SecretId: 'prod/db' }));
  await expect(exact.send(new GetSecretValueCommand({ SecretId: 'production-x' }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('secretsmanager:GetSecretValue on resource: production-x'),
  });
});

test('an unknown name under the prefix is not found, elsewhere it is denied', async () => {
  const { secrets: client } = userWith(bench.aws, 'reader', {
    Action: 'secretsmanager:DescribeSecret',
    Resource: `${secrets}:prod/*`,
  });
  await expect(client.send(new DescribeSecretCommand({ SecretId: 'prod/none' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  await expect(client.send(new DescribeSecretCommand({ SecretId: 'dev/none' }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
});

test('parameters have one slash in their ARN, whatever the name begins with', async () => {
  const { ssm } = userWith(bench.aws, 'reader', {
    Action: 'ssm:GetParameter',
    Resource: [`${parameters}/app/*`, `${parameters}/plain`],
  });
  const read = async (Name: string) =>
    (await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }))).Parameter;
  expect(await read('/app/db')).toMatchObject({ ARN: `${parameters}/app/db`, Value: 'value of /app/db' });
  expect(await read('plain')).toMatchObject({ ARN: `${parameters}/plain` });
  await expect(read('/app/none')).rejects.toMatchObject({ name: 'ParameterNotFound' });
  await expect(read('/other')).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('without decryption the value stays hidden', async () => {
  const { Parameter: parameter } = await bench.admin.ssm.send(new GetParameterCommand({ Name: '/app/db' }));
  expect(parameter?.Value).not.toContain('value of');
});

test('a grant on the path gives all below it', async () => {
  const user = bench.aws.iam.createUser({
    userName: 'finder',
    policies: [
      {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'ssm:GetParametersByPath', Resource: `${parameters}/app` },
          { Effect: 'Deny', Action: 'ssm:*', Resource: `${parameters}/app/db` },
        ],
      },
    ],
  });
  const { ssm } = clients(bench.aws, user);
  const names = async (Recursive: boolean) => {
    const { Parameters: found } = await ssm.send(new GetParametersByPathCommand({ Path: '/app', Recursive }));
    return found?.map((parameter) => parameter.Name);
  };
  expect(await names(false)).toEqual(['/app/db']);
  expect(await names(true)).toEqual(['/app/db', '/app/deep/key']);
  await expect(ssm.send(new DescribeParametersCommand({}))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
});

test('a path pages by ten, DescribeParameters shows no values', async () => {
  for (let index = 0; index < 12; index += 1) bench.aws.parameters.set(`/many/${index}`, 'v');
  const first = await bench.admin.ssm.send(new GetParametersByPathCommand({ Path: '/many' }));
  const next = { Path: '/many', NextToken: first.NextToken };
  const second = await bench.admin.ssm.send(new GetParametersByPathCommand(next));
  expect([first.Parameters?.length, second.Parameters?.length]).toEqual([10, 2]);
  const { Parameters: described } = await bench.admin.ssm.send(new DescribeParametersCommand({}));
  expect(described).toHaveLength(15);
  expect(JSON.stringify(described)).not.toContain('value of');
});
