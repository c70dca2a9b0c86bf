/** Secrets and parameters of another region or account: who looks there finds what is there, and needs the rights for there. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { account, type Bench, region, startBench } from '../../aws/testing.ts';

const OTHER = '999988887777';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
  bench.aws.secrets.set('prod/db', 'ours');
  bench.aws.parameters.set('/prod/db', 'ours');
});
afterEach(() => bench.aws.close());

function reader(Resource: string, where = region) {
  const Statement = [{ Effect: 'Allow', Action: ['secretsmanager:*', 'ssm:*'], Resource }];
  const user = { userName: 'reader', policies: [{ Version: '2012-10-17', Statement }] };
  const credentials = bench.aws.iam.createUser(user);
  const config = { endpoint: bench.aws.endpoint, region: where, credentials, maxAttempts: 1 };
  const [secrets, parameters] = [new SecretsManagerClient(config), new SSMClient(config)];
  return {
    secret: async (SecretId: string) => await secrets.send(new GetSecretValueCommand({ SecretId })),
    parameter: async (Name: string) => await parameters.send(new GetParameterCommand({ Name })),
  };
}

test('rights for one region are none in another', async () => {
  const { secret, parameter } = reader(`arn:aws:*:${region}:*`, 'us-east-1');
  await expect(secret('prod/db')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  await expect(parameter('/prod/db')).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(`arn:aws:ssm:us-east-1:${account}:parameter/prod/db`),
  });
});

test('what is in one region is not in another', async () => {
  const { secret, parameter } = reader('*', 'us-east-1');
  await expect(secret('prod/db')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(parameter('/prod/db')).rejects.toMatchObject({ name: 'ParameterNotFound' });
});

test('another account’s secret would need a policy of its own, whatever the caller’s policies allow', async () => {
  const other = bench.aws.addAccount(OTHER);
  const { arn } = other.secrets.set('prod/db', 'theirs');
  const parameter = other.parameters.set('/prod/db', 'theirs');
  const mine = reader('*');
  await expect(mine.secret(arn)).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('because no resource-based policy allows'),
  });
  await expect(mine.parameter(parameter.arn)).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('by its ARN, with and without the random characters, a secret of one’s own is found', async () => {
  const { secret } = reader('*');
  const { ARN: arn = '' } = await secret('prod/db');
  expect((await secret(arn)).SecretString).toBe('ours');
  expect((await secret(arn.slice(0, -7))).SecretString).toBe('ours');
});
