/** What the role may do, as IAM simulates it and as it is evaluated without IAM. */
import { describe, expect, test } from '@jest/globals';
import type { SimulatedAnswer, Simulation } from '../../src/model/evidence.ts';
import type { Statement } from '../../src/model/policy.ts';
import { accessPolicy } from '../../src/policy/access-policy.ts';
import { intent, ownedRole } from '../support/factories.ts';
import { ACCOUNT, host, OTHER_ROLE_ARN, ROLE_ARN } from '../support/names.ts';
import { desiredOf } from '../support/world-of.ts';
import { asExpected, checkOf, irsaWorld, soundRole, withoutRole } from './support.ts';

const KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1`;
const wide = ownedRole({ parameterPrefixes: ['/prod/'], kmsKeyArns: [KEY] });
const asked = intent({ role: wide });
const policy = accessPolicy(desiredOf(asked).grants);
const parts = irsaWorld({ role: soundRole({ inlinePolicies: { ours: policy } }) });
const referenced = intent({ role: { kind: 'referenced', arn: ROLE_ARN } });
const REFUSED: Simulation = { kind: 'refused', why: 'AccessDenied' };

/** IAM's answers as they should be, but for some. */
function answering(
  change: (answer: SimulatedAnswer) => Partial<SimulatedAnswer>,
  by = asked,
  on = parts,
): { readonly simulation: Simulation } {
  const sound = asExpected(by, on);
  if (sound.kind !== 'simulated') throw new Error('no answers');
  const answers = sound.answers.map((answer) => ({ ...answer, ...change(answer) }));
  return { simulation: { ...sound, answers } };
}

const when = (action: string, part: string, change: Partial<SimulatedAnswer>) => (answer: SimulatedAnswer) =>
  answer.action === action && answer.resource.includes(part) ? change : {};

const reading = (change: Partial<SimulatedAnswer>, part = 'prod/') =>
  checkOf('permissions', parts, answering(when('secretsmanager:GetSecretValue', part, change)), asked);

const local = (statements: readonly Statement[], more: Parameters<typeof soundRole>[0] = {}) =>
  checkOf(
    'permissions',
    irsaWorld({ role: soundRole({ inlinePolicies: { a: { Statement: statements } }, ...more }) }),
    { simulation: REFUSED },
    asked,
  );

describe('what IAM answers', () => {
  test('as it should be: the detail says what was seen', () => {
    expect(checkOf('permissions', parts, {}, asked)).toMatchObject({
      status: 'pass',
      detail:
        'may read under prod/, /prod/, not outside, may not write, may decrypt with its keys (simulated by IAM)',
    });
  });

  test.each<[string, ReturnType<typeof when>, string]>([
    [
      'a read refused',
      when('ssm:GetParameter', 'prod/', { decision: 'implicit-deny' }),
      'may not ssm:GetParameter under /prod/',
    ],
    [
      'a read denied',
      when('secretsmanager:GetSecretValue', 'prod/', { decision: 'explicit-deny' }),
      'a policy denies it',
    ],
    [
      'a read outside',
      when('secretsmanager:GetSecretValue', 'secret:spaces', { decision: 'allowed' }),
      'may secretsmanager:GetSecretValue outside the prefixes',
    ],
    [
      'a write',
      when('secretsmanager:PutSecretValue', 'prod/', { decision: 'allowed' }),
      'may secretsmanager:PutSecretValue under prod/',
    ],
    [
      'a key',
      when('kms:Decrypt', 'key/1', { decision: 'implicit-deny' }),
      'may not kms:Decrypt through secretsmanager',
    ],
  ])('%s: a failure', (_what, change, said) => {
    const found = checkOf('permissions', parts, answering(change), asked);
    expect(found).toMatchObject({ status: 'fail', detail: expect.stringContaining(said) });
  });

  test('an answer that hangs on a key which can’t be given is unknown; an allowance too many is bad all the same', () => {
    const missing = ['aws:SourceVpce'];
    expect(reading({ missing })).toMatchObject({
      status: 'unknown',
      detail: expect.stringContaining('depends on aws:SourceVpce'),
    });
    expect(reading({ missing, decision: 'implicit-deny' }).status).toBe('unknown');
    expect(reading({ missing, decision: 'allowed' }, 'secret:spaces').status).toBe('fail');
  });

  test('a proof that has read something makes it a warning, and no failure a pass', () => {
    const pass = { status: 'pass' as const, detail: '' };
    const proofs = new Map([[host('a'), { access: pass, negative: pass }]]);
    const proven = (change: Partial<SimulatedAnswer>, more: object) =>
      checkOf(
        'permissions',
        parts,
        { ...answering(when('ssm:GetParameter', 'prod/', change)), proofs, ...more },
        asked,
      );
    const missing = { missing: ['aws:SourceVpce'] };
    expect(proven(missing, { probed: true })).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining(
        'depends on aws:SourceVpce (simulated by IAM); the proof of access stands',
      ),
    });
    expect(proven(missing, { probed: false }).status).toBe('unknown');
    expect(proven({ decision: 'explicit-deny' }, { probed: true }).status).toBe('fail');
  });

  test('an answer to another question is unknown', () => {
    const other = answering(() => ({ resource: '*' }));
    expect(checkOf('permissions', parts, other, asked).status).toBe('unknown');
  });

  test('of many things that are wrong, three are told', () => {
    const found = checkOf(
      'permissions',
      parts,
      answering(() => ({ decision: 'explicit-deny' })),
      asked,
    );
    expect(found.detail).toMatch(/; .*; .* and 3 more \(simulated by IAM\)$/);
  });

  test('no role, and a role without any policy', () => {
    expect(checkOf('permissions', withoutRole(parts), {}, asked).detail).toBe('the role does not exist');
    const other = irsaWorld({ role: soundRole({ arn: OTHER_ROLE_ARN }) });
    expect(checkOf('permissions', other, {}, asked).detail).toContain(`is ${OTHER_ROLE_ARN}, not`);
    const bare = irsaWorld({ role: soundRole({ inlinePolicies: {} }) });
    expect(checkOf('permissions', bare, {}, asked)).toMatchObject({
      status: 'fail',
      detail: 'the role has no policy: it may read nothing',
    });
  });
});

describe('when IAM gives no answer', () => {
  const statements = policy.Statement;

  test.each(['Throttling: Rate exceeded', 'InvalidInput: a context key'])(
    'the inline policies are evaluated, and it says truly why: %s',
    (why) => {
      const silent: Simulation = { kind: 'unavailable', why };
      const found = checkOf('permissions', parts, { simulation: silent }, asked);
      expect(found).toMatchObject({
        status: 'pass',
        detail: expect.stringContaining(`evaluated locally, IAM did not: ${why}`),
      });
      expect(found.detail).not.toContain('may not simulate');
      const bare = irsaWorld({
        role: soundRole({ inlinePolicies: { a: { Statement: statements.slice(1) } } }),
      });
      expect(checkOf('permissions', bare, { simulation: silent }, asked).status).toBe('fail');
    },
  );

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
      '1 managed policies',
    );
    const more = { permissionsBoundary: 'arn:aws:iam::aws:policy/x', attachedPolicies: ['arn:x', 'arn:y'] };
    expect(local(statements.slice(1), more)).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/; 2 managed policies and the permissions boundary could not be/),
    });
  });
});

describe('a role made elsewhere', () => {
  const grants = {
    Statement: [
      {
        Effect: 'Allow' as const,
        Action: ['secretsmanager:GetSecretValue'],
        Resource: `arn:aws:secretsmanager:eu-central-1:${ACCOUNT}:secret:app/*`,
      },
    ],
  };
  const granting = irsaWorld({ role: soundRole({ inlinePolicies: { grants } }) });
  const told = (change: (answer: SimulatedAnswer) => Partial<SimulatedAnswer> = () => ({})) =>
    checkOf('permissions', granting, answering(change, referenced, granting), referenced);

  test('what its policies name is in force, and no more', () => {
    expect(told()).toMatchObject({
      status: 'pass',
      detail: expect.stringContaining('what its policies name'),
    });
    expect(told(when('secretsmanager:GetSecretValue', 'app/', { decision: 'explicit-deny' })).status).toBe(
      'fail',
    );
  });

  test('what it may do beyond is told, not failed', () => {
    const wideRole = told(when('secretsmanager:GetSecretValue', 'secret:spaces', { decision: 'allowed' }));
    expect(wideRole).toMatchObject({ status: 'warn', detail: expect.stringContaining('of any name') });
    const managed = irsaWorld({ role: soundRole({ inlinePolicies: {}, attachedPolicies: ['arn:x'] }) });
    expect(
      checkOf(
        'permissions',
        managed,
        answering(() => ({}), referenced, managed),
        referenced,
      ),
    ).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('probe-secrets'),
    });
  });
});
