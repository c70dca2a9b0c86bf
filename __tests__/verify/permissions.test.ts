import { describe, expect, test } from '@jest/globals';
import type { SimulatedAnswer, Simulation } from '../../src/model/evidence.ts';
import type { Statement } from '../../src/model/policy.ts';
import { accessPolicy } from '../../src/policy/access.ts';
import { batches, expectations } from '../../src/verify/permission-questions.ts';
import { cluster, intent, ownedRole, role } from '../support/factories.ts';
import { ACCOUNT, OTHER_ROLE_ARN, ROLE_ARN } from '../support/names.ts';
import { asExpected, checkOf, irsaWorld, soundRole } from './support.ts';

const KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1`;
const wide = ownedRole({ parameterPrefixes: ['/prod/'], kmsKeyArns: [KEY] });
const asked = intent({ role: wide });
const world = irsaWorld({
  role: soundRole({ inlinePolicies: { ours: accessPolicy(wide, cluster()) } }),
});
const referenced = intent({ role: { kind: 'referenced', arn: ROLE_ARN } });
const REFUSED: Simulation = { kind: 'refused', why: 'AccessDenied' };

/** IAM's answers as they should be, but for some. */
function answering(
  change: (answer: SimulatedAnswer) => Partial<SimulatedAnswer>,
  by = asked,
  there = world,
): { readonly simulation: Simulation } {
  const sound = asExpected(by, there);
  if (sound.kind !== 'simulated') throw new Error('no answers');
  const answers = sound.answers.map((answer) => ({ ...answer, ...change(answer) }));
  return { simulation: { ...sound, answers } };
}

const when = (action: string, part: string, change: Partial<SimulatedAnswer>) => (answer: SimulatedAnswer) =>
  answer.action === action && answer.resource.includes(part) ? change : {};

const reading = (change: Partial<SimulatedAnswer>, part = 'prod/') =>
  checkOf('permissions', world, answering(when('secretsmanager:GetSecretValue', part, change)), asked);

const local = (statements: readonly Statement[], more: Parameters<typeof soundRole>[0] = {}) =>
  checkOf(
    'permissions',
    irsaWorld({ role: soundRole({ inlinePolicies: { a: { Statement: statements } }, ...more }) }),
    { simulation: REFUSED },
    asked,
  );

describe('what is asked', () => {
  test('reads, metadata and a write under each prefix, a read and a write outside, each key by each service', () => {
    const lines = expectations(asked, cluster(), role()).map(({ action, resource, expected, context }) =>
      `${expected} ${action} ${resource.split(':').slice(5).join(':')} ${Object.values(context).join()}`.trim(),
    );
    expect(lines).toEqual([
      'allowed secretsmanager:GetSecretValue secret:prod/spaces-workload-identity-check-AbCdEf',
      'allowed secretsmanager:DescribeSecret secret:prod/spaces-workload-identity-check-AbCdEf',
      'refused secretsmanager:PutSecretValue secret:prod/spaces-workload-identity-check-AbCdEf',
      'refused secretsmanager:GetSecretValue secret:spaces-workload-identity-check-AbCdEf',
      'refused secretsmanager:PutSecretValue secret:spaces-workload-identity-check-AbCdEf',
      'allowed ssm:GetParameter parameter/prod/spaces-workload-identity-check',
      'allowed ssm:ListTagsForResource parameter/prod/spaces-workload-identity-check',
      'refused ssm:PutParameter parameter/prod/spaces-workload-identity-check',
      'refused ssm:GetParameter parameter/spaces-workload-identity-check',
      'refused ssm:PutParameter parameter/spaces-workload-identity-check',
      `allowed kms:Decrypt key/1 secretsmanager.eu-central-1.amazonaws.com`,
      `allowed kms:Decrypt key/1 ssm.eu-central-1.amazonaws.com`,
    ]);
  });

  test('four calls, however many prefixes there are', () => {
    const many = Array.from({ length: 60 }, (_, n) => `app-${n}/`);
    const role60 = ownedRole({ secretPrefixes: many, parameterPrefixes: many, kmsKeyArns: [KEY, `${KEY}2`] });
    const calls = batches(expectations(intent({ role: role60 }), cluster(), role()));
    expect(calls.map(({ actions, resources }) => [actions.length, resources.length])).toEqual([
      [3, 61],
      [3, 61],
      [1, 2],
      [1, 2],
    ]);
  });

  test.each([['s'], ['spaces-'], ['spaces-workload-identity-check']])(
    'outside is outside, also of prefix %s',
    (prefix) => {
      const by = intent({ role: ownedRole({ secretPrefixes: [prefix] }) });
      const outside = expectations(by, cluster(), role()).filter(
        ({ where }) => where === 'outside the prefixes',
      );
      expect(outside.length).toBeGreaterThan(0);
      expect(outside.filter(({ resource }) => resource.includes(`:secret:${prefix}`))).toEqual([]);
    },
  );

  test('nothing is outside of everything', () => {
    const by = intent({ role: ownedRole({ secretPrefixes: [], parameterPrefixes: ['/'] }) });
    const outside = expectations(by, cluster(), role()).filter(
      ({ where }) => where === 'outside the prefixes',
    );
    expect(outside.map(({ action }) => action.split(':')[0])).toEqual(['secretsmanager', 'secretsmanager']);
  });
});

describe('what IAM answers', () => {
  test('as it should be: the detail says what was seen', () => {
    expect(checkOf('permissions', world, {}, asked)).toMatchObject({
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
    const found = checkOf('permissions', world, answering(change), asked);
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

  test('no answer at all, and an answer to another question, are unknown', () => {
    const throttled: Simulation = { kind: 'unavailable', why: 'Throttling: Rate exceeded' };
    expect(checkOf('permissions', world, { simulation: throttled }, asked)).toMatchObject({
      status: 'unknown',
      detail: 'IAM did not say: Throttling: Rate exceeded',
    });
    const other = answering(() => ({ resource: '*' }));
    expect(checkOf('permissions', world, other, asked).status).toBe('unknown');
  });

  test('of many things that are wrong, three are told', () => {
    const found = checkOf(
      'permissions',
      world,
      answering(() => ({ decision: 'explicit-deny' })),
      asked,
    );
    expect(found.detail).toMatch(/; .*; .* and 3 more \(simulated by IAM\)$/);
  });

  test('no role, and a role without any policy', () => {
    const { role: _role, ...without } = world;
    expect(checkOf('permissions', without, {}, asked).detail).toBe('the role does not exist');
    const other = irsaWorld({ role: soundRole({ arn: OTHER_ROLE_ARN }) });
    expect(checkOf('permissions', other, {}, asked).detail).toContain(`is ${OTHER_ROLE_ARN}, not`);
    const bare = irsaWorld({ role: soundRole({ inlinePolicies: {} }) });
    expect(checkOf('permissions', bare, {}, asked)).toMatchObject({
      status: 'fail',
      detail: 'the role has no policy: it may read nothing',
    });
  });
});

describe('when the job may not simulate', () => {
  const ours = accessPolicy(wide, cluster()).Statement;

  test('the inline policies are evaluated, and it says so', () => {
    expect(local(ours)).toMatchObject({
      status: 'pass',
      detail: expect.stringContaining('evaluated locally'),
    });
    expect(local([...ours, { Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' }]).status).toBe(
      'fail',
    );
    expect(local(ours.slice(1)).detail).toContain('may not secretsmanager:GetSecretValue under prod/');
    const perhaps = {
      Effect: 'Deny' as const,
      Action: '*',
      Resource: '*',
      Condition: { IpAddress: { 'aws:SourceIp': '1' } },
    };
    expect(local([...ours, perhaps]).status).toBe('unknown');
  });

  test('a boundary or managed policies are not read: no more than a warning', () => {
    expect(local(ours, { permissionsBoundary: 'arn:aws:iam::aws:policy/x' })).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('the permissions boundary could not be looked into'),
    });
    expect(local(ours, { attachedPolicies: ['arn:aws:iam::aws:policy/x'] }).detail).toContain(
      '1 managed policies',
    );
    const more = { permissionsBoundary: 'arn:aws:iam::aws:policy/x', attachedPolicies: ['arn:x', 'arn:y'] };
    expect(local(ours.slice(1), more)).toMatchObject({
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
  const there = irsaWorld({ role: soundRole({ inlinePolicies: { grants } }) });
  const told = (change: (answer: SimulatedAnswer) => Partial<SimulatedAnswer> = () => ({})) =>
    checkOf('permissions', there, answering(change, referenced, there), referenced);

  test('what its policies name is in force, and no more', () => {
    expect(told()).toMatchObject({
      status: 'pass',
      detail: expect.stringContaining('what its policies name'),
    });
    expect(told(when('secretsmanager:GetSecretValue', 'app/', { decision: 'explicit-deny' })).status).toBe(
      'fail',
    );
  });

  test.each<[string, Statement]>([
    ['all but some actions', { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }],
    [
      'all but some resources',
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', NotResource: '*' },
    ],
  ])('a grant of %s names nothing that could be asked about', (_what, statement) => {
    const open = role({ inlinePolicies: { open: { Statement: [statement] } } });
    const questions = expectations(referenced, cluster(), open);
    expect(questions.filter(({ expected }) => expected === 'allowed')).toEqual([]);
    expect(questions.length).toBeGreaterThan(0);
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
