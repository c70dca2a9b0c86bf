/** What the role may do, evaluated from its inline policies where IAM gives no answer. */
import { describe, expect, test } from '@jest/globals';
import type { Simulation } from '../../src/model/evidence.ts';
import type { Intent } from '../../src/model/config.ts';
import type { Statement } from '../../src/model/policy.ts';
import { ACCESS_POLICY_NAME } from '../../src/policy/access-policy.ts';
import { commonAccess } from '../support/access.ts';
import { intent, ownedRole } from '../support/factories.ts';
import { desiredOf } from '../support/world-of.ts';
import { ACCOUNT, ROLE_ARN } from '../support/names.ts';
import { asked, parts, policy } from './permission-answers.ts';
import { checkOf, irsaWorld, soundRole } from './support.ts';

const REFUSED: Simulation = { kind: 'refused', why: 'AccessDenied' };

const local = (statements: readonly Statement[], more: Parameters<typeof soundRole>[0] = {}) =>
  checkOf(
    'permissions',
    irsaWorld({ role: soundRole({ inlinePolicies: { a: { Statement: statements } }, ...more }) }),
    { simulation: REFUSED },
    asked,
  );

describe('when IAM gives no answer', () => {
  const statements = policy.Statement;

  test.each<[Exclude<Simulation['kind'], 'simulated' | 'refused'>, string, string]>([
    ['throttled', 'Throttling: Rate exceeded', 'pass'],
    ['unavailable', 'InvalidInput: a context key', 'warn'],
  ])('%s: the inline policies are evaluated, and it says truly why', (kind, why, status) => {
    const silent: Simulation = { kind, why };
    const found = checkOf('permissions', parts, { simulation: silent }, asked);
    expect(found).toMatchObject({
      status,
      detail: expect.stringContaining(`evaluated locally, since IAM gave no answer: ${why}`),
    });
    expect(found.detail).not.toContain('may not simulate');
    const bare = irsaWorld({
      role: soundRole({ inlinePolicies: { a: { Statement: statements.slice(1) } } }),
    });
    expect(checkOf('permissions', bare, { simulation: silent }, asked).status).toBe('fail');
  });

  test.each([
    ['eu-central-1', 'pass'],
    ['us-east-1', 'fail'],
  ])('a lock on region %s is evaluated with what every call has: %s', (region, status) => {
    const lock = {
      Effect: 'Deny' as const,
      Action: '*',
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:RequestedRegion': region } },
    };
    const kept = [
      { Bool: { 'aws:SecureTransport': 'false' } },
      { ArnNotEquals: { 'aws:PrincipalArn': ROLE_ARN } },
      { StringNotEquals: { 'aws:PrincipalAccount': ACCOUNT } },
      { StringNotEquals: { 'aws:ResourceAccount': ACCOUNT } },
    ].map((Condition) => ({ ...lock, Condition }));
    expect(local([...statements, lock, ...kept]).status).toBe(status);
  });

  test('since the job may not ask, they are evaluated too, and it says so', () => {
    expect(local(statements)).toMatchObject({
      status: 'pass',
      detail: expect.stringContaining('evaluated locally: the job may not simulate'),
    });
    expect(
      local([...statements, { Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' }]).status,
    ).toBe('fail');
    expect(local(statements.slice(1)).detail).toContain('may not secretsmanager:GetSecretValue under prod/');
    const perhaps = {
      Effect: 'Deny' as const,
      Action: '*',
      Resource: '*',
      Condition: { IpAddress: { 'aws:SourceIp': '1' } },
    };
    expect(local([...statements, perhaps]).status).toBe('unknown');
  });

  test('a boundary or managed policies are not read: no more than a warning', () => {
    expect(local(statements, { permissionsBoundary: 'arn:aws:iam::aws:policy/x' })).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('the permissions boundary could not be looked into'),
    });
    expect(local(statements, { attachedPolicies: ['arn:aws:iam::aws:policy/x'] }).detail).toContain(
      '1 managed policy',
    );
    const more = { permissionsBoundary: 'arn:aws:iam::aws:policy/x', attachedPolicies: ['arn:x', 'arn:y'] };
    expect(local(statements.slice(1), more)).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/; 2 managed policies and the permissions boundary could not be/),
    });
  });
});

const withPolicy = (...Statement: readonly Statement[]) =>
  irsaWorld({
    role: soundRole({
      inlinePolicies: { [ACCESS_POLICY_NAME]: policy, theirs: { Version: '2012-10-17', Statement } },
    }),
  });
const arn = (service: string, resource: string) => `arn:aws:${service}:eu-central-1:${ACCOUNT}:${resource}`;
const allow = (Action: string, Resource: string): Statement => ({ Effect: 'Allow', Action, Resource });

const found = (...statements: readonly Statement[]) =>
  checkOf('permissions', withPolicy(...statements), { simulation: REFUSED }, asked);

describe('what somebody else has put on a role that is shaped here', () => {
  test.each([
    ['secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:billing/*')],
    ['secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:billing/db-AbCdEf')],
    ['secretsmanager:GetSecretValue', `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:prod/*`],
    ['ssm:GetParameter', arn('ssm', 'parameter/billing/*')],
    ['ssm:GetParametersByPath', arn('ssm', 'parameter/billing/*')],
    ['secretsmanager:PutSecretValue', arn('secretsmanager', 'secret:billing/*')],
    ['sts:AssumeRole', `arn:aws:iam::${ACCOUNT}:role/admin`],
  ])('it may %s on %s: a failure', (action, resource) => {
    expect(found(allow(action, resource))).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining(`may ${action} on ${resource}`),
    });
  });

  test('within the prefixes, or about other things, it says nothing', () => {
    const sound = [
      allow('secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:prod/db/*')),
      allow('ssm:GetParametersByPath', arn('ssm', 'parameter/prod/*')),
      allow('s3:GetObject', '*'),
    ];
    expect(found(...sound).status).toBe('pass');
  });

  test('on a condition that is not known it is unknown, and what another statement denies is not in force', () => {
    const billing = allow('secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:billing/*'));
    const Condition = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } };
    expect(found({ ...billing, Condition }).status).toBe('unknown');
    expect(found(billing, { ...billing, Effect: 'Deny' }).status).toBe('pass');
  });
});

describe('a policy that is not read, beside the inline ones', () => {
  const attachedPolicies = ['arn:aws:iam::aws:policy/x'];
  const beside = (by: Intent, statements: readonly Statement[]) =>
    checkOf(
      'permissions',
      irsaWorld({ role: soundRole({ inlinePolicies: { a: { Statement: statements } }, attachedPolicies }) }),
      { simulation: REFUSED },
      by,
    );

  test('excuses nothing that a role of ours lacks', () => {
    const READERS = 'arn:aws:iam::444455556666:role/readers';
    const naming = intent({ role: ownedRole({ assumeRoles: [READERS] }) });
    const { Statement: reads } = commonAccess(desiredOf(intent()).grants);
    expect(beside(naming, reads)).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('may not sts:AssumeRole'),
    });
  });

  test('leaves open whether a role made elsewhere may go on, unless one that is read denies it', () => {
    const TARGET = 'arn:aws:iam::444455556666:role/target';
    const chained = intent({ role: { kind: 'referenced', arn: ROLE_ARN }, targetRoleArn: TARGET });
    const deny: Statement = { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' };
    expect(beside(chained, [deny]).status).toBe('fail');
  });

  test('leaves nothing open that is about reads', () => {
    const referenced = intent({ role: { kind: 'referenced', arn: ROLE_ARN } });
    const { Statement: reads } = commonAccess(desiredOf(intent()).grants);
    expect(beside(referenced, reads)).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('may read what its policies name'),
    });
  });
});
