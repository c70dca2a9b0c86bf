/** SimulatePrincipalPolicy through the SDK. */
import { SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { account, type Bench, podTrust, startBench, userWith } from '../../aws/testing.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
  bench.aws.iam.createRole({
    roleName: 'workload',
    trustPolicy: podTrust(),
    inlinePolicies: {
      access: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: `${secrets}:prod/*` },
          { Effect: 'Deny', Action: '*', Resource: `${secrets}:prod/root*` },
          {
            Effect: 'Allow',
            Action: 'kms:Decrypt',
            Resource: '*',
            Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com' } },
          },
        ],
      },
    },
  });
});
afterEach(() => bench.aws.close());

const secrets = `arn:aws:secretsmanager:eu-central-1:${account}:secret`;
const source = { PolicySourceArn: `arn:aws:iam::${account}:role/workload` };

test('each resource gets its own decision', async () => {
  const { EvaluationResults: results } = await bench.admin.iam.send(
    new SimulatePrincipalPolicyCommand({
      ...source,
      ActionNames: ['secretsmanager:GetSecretValue'],
      ResourceArns: [`${secrets}:prod/db-AbCdEf`, `${secrets}:prod/root-AbCdEf`, `${secrets}:other-AbCdEf`],
    }),
  );
  const [result] = results ?? [];
  expect(result?.EvalResourceName).toContain('${Partition}');
  expect(result?.EvalDecision).toBe('explicitDeny');
  const decisions = result?.ResourceSpecificResults?.map((one) => [
    one.EvalResourceName,
    one.EvalResourceDecision,
  ]);
  expect(decisions).toEqual([
    [`${secrets}:prod/db-AbCdEf`, 'allowed'],
    [`${secrets}:prod/root-AbCdEf`, 'explicitDeny'],
    [`${secrets}:other-AbCdEf`, 'implicitDeny'],
  ]);
});

const simulate = async (entries: { ContextKeyName: string; ContextKeyValues: string[] }[]) => {
  const answer = await bench.admin.iam.send(
    new SimulatePrincipalPolicyCommand({
      ...source,
      ActionNames: ['kms:Decrypt'],
      ResourceArns: ['arn:aws:kms:eu-central-1:123456789012:key/k'],
      ContextEntries: entries.map((entry) => ({ ...entry, ContextKeyType: 'string' as const })),
    }),
  );
  return answer.EvaluationResults?.[0];
};

test('context entries count, and missing ones are named', async () => {
  const without = await simulate([]);
  expect(without).toMatchObject({ EvalDecision: 'implicitDeny', MissingContextValues: ['kms:ViaService'] });
  const via = {
    ContextKeyName: 'kms:ViaService',
    ContextKeyValues: ['secretsmanager.eu-central-1.amazonaws.com'],
  };
  expect(await simulate([via])).toMatchObject({ EvalDecision: 'allowed', MissingContextValues: [] });
});

test('the boundary counts and is told apart', async () => {
  const document = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'ssm:*', Resource: '*' }],
  };
  const { arn } = bench.aws.iam.createPolicy({ policyName: 'bound', document });
  bench.aws.iam.editRole('workload', { permissionsBoundary: arn });
  const { EvaluationResults: results } = await bench.admin.iam.send(
    new SimulatePrincipalPolicyCommand({
      ...source,
      ActionNames: ['secretsmanager:GetSecretValue'],
      ResourceArns: [`${secrets}:prod/db-AbCdEf`],
    }),
  );
  expect(results?.[0]?.ResourceSpecificResults?.[0]).toMatchObject({
    EvalResourceDecision: 'implicitDeny',
    PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
  });
});

test('the organisation’s policies count, with the keys that are given and no others', async () => {
  bench.aws.iam.addServiceControlPolicy('regions', {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        NotAction: ['iam:*', 'sts:*'],
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-central-1' } },
      },
    ],
  });
  const ask = async (...entries: { ContextKeyName: string; ContextKeyType: 'string' | 'boolean' }[]) => {
    const command = new SimulatePrincipalPolicyCommand({
      ...source,
      ActionNames: ['secretsmanager:GetSecretValue'],
      ResourceArns: [`${secrets}:prod/db-AbCdEf`],
      ContextEntries: entries.map((entry) => ({ ...entry, ContextKeyValues: ['eu-central-1'] })),
    });
    return (await bench.admin.iam.send(command)).EvaluationResults?.[0];
  };
  const denied = await ask();
  expect(denied).toMatchObject({ EvalDecision: 'explicitDeny', MissingContextValues: [] });
  expect(denied?.ResourceSpecificResults?.[0]).toMatchObject({ EvalResourceDecision: 'explicitDeny' });
  const key = { ContextKeyName: 'aws:RequestedRegion', ContextKeyType: 'string' as const };
  expect(await ask(key)).toMatchObject({ EvalDecision: 'allowed' });
  // Real calls have the key: the account's own region may be used.
  bench.aws.secrets.set('x', 'y');
  await expect(bench.admin.secrets.send(new GetSecretValueCommand({ SecretId: 'x' }))).resolves.toBeDefined();
});

test('it pages, needs its permission and an entity that exists', async () => {
  const request = { ...source, ActionNames: ['ssm:GetParameter', 'ssm:DescribeParameters'], MaxItems: 1 };
  const first = await bench.admin.iam.send(new SimulatePrincipalPolicyCommand(request));
  const second = await bench.admin.iam.send(
    new SimulatePrincipalPolicyCommand({ ...request, Marker: first.Marker }),
  );
  expect([first.IsTruncated, second.IsTruncated]).toEqual([true, false]);
  const eve = userWith(bench.aws, 'eve', { Action: 'iam:GetRole', Resource: '*' });
  await expect(eve.iam.send(new SimulatePrincipalPolicyCommand(request))).rejects.toMatchObject({
    name: 'AccessDenied',
  });
  const missing = { ...request, PolicySourceArn: `arn:aws:iam::${account}:role/none` };
  await expect(bench.admin.iam.send(new SimulatePrincipalPolicyCommand(missing))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  });
});

test.each([
  [['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue']],
  [['ssm:GetParameter', 'secretsmanager:GetSecretValue']],
])('%j are not taken together', async (ActionNames) => {
  const command = new SimulatePrincipalPolicyCommand({ ...source, ActionNames });
  await expect(bench.admin.iam.send(command)).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: expect.stringContaining('require different authorization information'),
  });
});
