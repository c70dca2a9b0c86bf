/** Secrets and parameters, made and deleted through the SDK. */
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { account, type Bench, region, startBench, userWith } from '../../aws/testing.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.aws.close());

const Tags = [{ Key: 'team', Value: 'a' }];

test('a secret is made once, read, and gone after its deletion', async () => {
  const { secrets } = bench.admin;
  const request = { Name: 'prod/db', SecretString: 'swordfish', Tags };
  const { ARN: arn } = await secrets.send(new CreateSecretCommand(request));
  expect(arn).toMatch(/:secret:prod\/db-[A-Za-z0-9]{6}$/);
  await expect(secrets.send(new CreateSecretCommand(request))).rejects.toMatchObject({
    name: 'ResourceExistsException',
  });
  const { SecretString: value } = await secrets.send(new GetSecretValueCommand({ SecretId: 'prod/db' }));
  expect(value).toBe('swordfish');
  await secrets.send(new DeleteSecretCommand({ SecretId: 'prod/db', ForceDeleteWithoutRecovery: true }));
  await expect(secrets.send(new GetSecretValueCommand({ SecretId: 'prod/db' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('a parameter is put, read, and gone after its deletion', async () => {
  const { ssm } = bench.admin;
  const Name = '/prod/key';
  await ssm.send(new PutParameterCommand({ Name, Value: 'v', Type: 'SecureString', Tags }));
  const { Parameter: read } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
  expect(read?.Value).toBe('v');
  await ssm.send(new DeleteParameterCommand({ Name }));
  await expect(ssm.send(new DeleteParameterCommand({ Name }))).rejects.toMatchObject({
    name: 'ParameterNotFound',
  });
});

test('tags ask for a permission of their own', async () => {
  const untagged = userWith(bench.aws, 'maker', {
    Action: ['secretsmanager:CreateSecret', 'ssm:PutParameter'],
    Resource: [
      `arn:aws:secretsmanager:${region}:${account}:secret:mine/*`,
      `arn:aws:ssm:${region}:${account}:parameter/mine/*`,
    ],
  });
  await untagged.secrets.send(new CreateSecretCommand({ Name: 'mine/x', SecretString: 'x' }));
  await untagged.ssm.send(new PutParameterCommand({ Name: '/mine/x', Value: 'x', Type: 'String' }));
  for (const call of [
    () => untagged.secrets.send(new CreateSecretCommand({ Name: 'mine/y', SecretString: 'y', Tags })),
    () => untagged.secrets.send(new CreateSecretCommand({ Name: 'other', SecretString: 'y' })),
    () => untagged.ssm.send(new PutParameterCommand({ Name: '/mine/y', Value: 'y', Type: 'String', Tags })),
  ])
    await expect(call()).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
