/** SimulatePrincipalPolicy of a role that tells its workloads apart: by tags, by subject, by variables. */
import {
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  account,
  type Bench,
  issuerPath,
  podTrust,
  region,
  startBench,
  subjectOf,
} from '../../aws/testing.ts';
import { reading, workloadArn } from '../../aws/testing-workloads.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.aws.close());

const secret = (name: string): string => `arn:aws:secretsmanager:${region}:${account}:secret:${name}`;
const namespaceTag = 'aws:PrincipalTag/kubernetes-namespace';
const subject = `${issuerPath}:sub`;

function role(policy: object, tags: Record<string, string> = {}): void {
  const inlinePolicies = { access: policy };
  bench.aws.iam.createRole({ roleName: 'workload', trustPolicy: podTrust(), inlinePolicies, tags });
}

async function simulate(
  keys: Record<string, string>,
  input: Partial<SimulatePrincipalPolicyCommandInput> = {},
) {
  const ContextEntries = Object.entries(keys).map(([ContextKeyName, value]) => ({
    ContextKeyName,
    ContextKeyValues: [value],
    ContextKeyType: 'string' as const,
  }));
  const { EvaluationResults: results } = await bench.admin.iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: workloadArn,
      ActionNames: ['secretsmanager:GetSecretValue'],
      ResourceArns: [secret('ns-1/db-AbCdEf')],
      ContextEntries,
      ...input,
    }),
  );
  const { EvalDecision: decision, MissingContextValues: missing } = results?.[0] ?? {};
  return { decision, missing };
}

test.each([
  ['a tag of the session', namespaceTag, 'ns-1'],
  ['the subject of the web identity', subject, subjectOf('ns-1')],
])('a statement bound by %s counts with its context entry alone', async (_what, key, value) => {
  role(reading({ Condition: { StringEquals: { [key]: value } } }));
  expect(await simulate({ [key]: value })).toEqual({ decision: 'allowed', missing: [] });
  expect(await simulate({ [key]: 'other' })).toEqual({ decision: 'implicitDeny', missing: [] });
  expect(await simulate({})).toEqual({ decision: 'implicitDeny', missing: [key] });
});

test('a policy variable is filled from the entries, and asked for when it is missing', async () => {
  role(reading({ Resource: [secret('common/*'), secret(`\${${namespaceTag}}/*`)] }));
  expect(await simulate({ [namespaceTag]: 'ns-1' })).toEqual({ decision: 'allowed', missing: [] });
  expect(await simulate({ [namespaceTag]: 'ns-2' })).toEqual({ decision: 'implicitDeny', missing: [] });
  expect(await simulate({})).toEqual({ decision: 'implicitDeny', missing: [namespaceTag] });
});

test('variables in the values of a condition are asked for too, defaults and escapes are not', async () => {
  const tag = 'aws:ResourceTag/owner';
  const values = [`\${${namespaceTag}}`, "${aws:username, 'nobody'}", '${*}', '${$}'];
  role(reading({ Condition: { StringEquals: { [tag]: values } } }));
  expect((await simulate({ [tag]: 'ns-1' })).missing).toEqual([namespaceTag]);
  expect(await simulate({ [tag]: 'ns-1', [namespaceTag]: 'ns-1' })).toEqual({
    decision: 'allowed',
    missing: [],
  });
});

test('tags of the role are no entries', async () => {
  role(reading({ Condition: { StringEquals: { 'aws:PrincipalTag/team': 'a' } } }), { team: 'a' });
  expect((await simulate({})).decision).toBe('implicitDeny');
});

const boundary = (policy: object) => ({ PermissionsBoundaryPolicyInputList: [JSON.stringify(policy)] });

test('a boundary that is given stands in for the role’s own', async () => {
  role(reading());
  const own = reading({ Resource: secret('ns-1/*') });
  expect((await simulate({}, boundary(own))).decision).toBe('allowed');
  const others = reading({ Resource: secret('ns-2/*') });
  expect((await simulate({}, boundary(others))).decision).toBe('implicitDeny');
  const { arn } = bench.aws.iam.createPolicy({ policyName: 'bound', document: others });
  bench.aws.iam.editRole('workload', { permissionsBoundary: arn });
  expect((await simulate({})).decision).toBe('implicitDeny');
  expect((await simulate({}, boundary(own))).decision).toBe('allowed');
});

test('what is given as a policy must be one, and there is one boundary', async () => {
  role(reading());
  const invalid = simulate({}, { PolicyInputList: ['{"Version":"2012-10-17"}'] });
  await expect(invalid).rejects.toMatchObject({ name: 'InvalidInputException' });
  const two = [JSON.stringify(reading()), JSON.stringify(reading())];
  const double = simulate({}, { PermissionsBoundaryPolicyInputList: two });
  await expect(double).rejects.toMatchObject({ name: 'InvalidInputException' });
});
