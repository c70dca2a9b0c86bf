/** What a role made elsewhere may do: its own policies have to be in force, and what it may do beyond is told. */
import { describe, expect, test } from '@jest/globals';
import type { SimulatedAnswer } from '../../src/model/evidence.ts';
import type { SecretStore } from '../../src/model/host.ts';
import type { Statement } from '../../src/model/policy.ts';
import { intent } from '../support/factories.ts';
import { ACCOUNT, OTHER_ROLE_ARN, ROLE_ARN } from '../support/names.ts';
import { answering, when } from './permission-answers.ts';
import { checkOf, irsaWorld, NO_EVIDENCE, soundRole, store } from './support.ts';

const referenced = intent({ role: { kind: 'referenced', arn: ROLE_ARN } });

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

  test('what it may do beyond excuses nothing that it lacks', () => {
    const both = told((answer) => {
      if (answer.action !== 'secretsmanager:GetSecretValue') return {};
      return { decision: answer.resource.includes('app/') ? 'explicit-deny' : 'allowed' };
    });
    expect(both.status).toBe('fail');
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

describe('its policies as people write them, evaluated here', () => {
  const refused = { simulation: { kind: 'refused' as const, why: 'AccessDenied' } };
  const having = (...Statement: readonly Statement[]) =>
    checkOf(
      'permissions',
      irsaWorld({ role: soundRole({ inlinePolicies: { own: { Version: '2012-10-17', Statement } } }) }),
      refused,
      referenced,
    );
  const PARAMETERS = `arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/app/*`;

  test.each<[string, Statement, string, string]>([
    [
      'reads by wildcard',
      { Effect: 'Allow', Action: 'ssm:GetParameter*', Resource: PARAMETERS },
      'pass',
      'may read what its policies name',
    ],
    [
      'in another case, in any region and account',
      { Effect: 'Allow', Action: 'SSM:getparameter', Resource: 'arn:aws:ssm:*:*:parameter/app/*' },
      'pass',
      'may read what its policies name',
    ],
    [
      'all of a service',
      { Effect: 'Allow', Action: 'ssm:*', Resource: PARAMETERS },
      'warn',
      `may ssm:PutParameter on ${PARAMETERS}`,
    ],
    [
      'any resource',
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' },
      'warn',
      'may secretsmanager:GetSecretValue',
    ],
    [
      'all but another service',
      { Effect: 'Allow', NotAction: 'iam:*', Resource: PARAMETERS },
      'warn',
      'may ssm:PutParameter',
    ],
    [
      "a condition that can't be evaluated",
      {
        Effect: 'Allow',
        Action: 'ssm:GetParameter',
        Resource: PARAMETERS,
        Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
      },
      'unknown',
      'depends on IpAddress on aws:SourceIp',
    ],
  ])('%s', (_what, statement, status, said) => {
    expect(having(statement)).toMatchObject({ status, detail: expect.stringContaining(said) });
  });
});

test('what its policies deny is no grant to be in force', () => {
  const inlinePolicies = {
    own: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow' as const,
          Action: 'ssm:GetParameter',
          Resource: `arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/app/*`,
        },
        {
          Effect: 'Deny' as const,
          Action: 'ssm:GetParameter',
          Resource: `arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/other/*`,
        },
      ],
    },
  };
  const parts = irsaWorld({ role: soundRole({ inlinePolicies }) });
  const simulation = { kind: 'refused', why: 'AccessDenied' } as const;
  expect(checkOf('permissions', parts, { simulation }, referenced).status).toBe('pass');
});

const bare = (...stores: readonly SecretStore[]) =>
  checkOf(
    'permissions',
    irsaWorld({ role: soundRole({ inlinePolicies: {} }), stores }),
    NO_EVIDENCE,
    referenced,
  );

describe('without any policy', () => {
  const onTop = store({ role: OTHER_ROLE_ARN });

  test('it fails where a store reads with the role itself', () => {
    expect(bare(store())).toMatchObject({
      status: 'fail',
      detail: 'the role has no policy: it may read nothing',
    });
    expect(bare(onTop, store({ name: 'own' })).status).toBe('fail');
  });

  test.each<[string, readonly SecretStore[], string]>([
    ['stores that go on to a role', [onTop, store({ name: 'second', role: OTHER_ROLE_ARN })], OTHER_ROLE_ARN],
    [
      'a store that goes on to several',
      [store({ additionalRoles: [OTHER_ROLE_ARN], role: 'x' })],
      OTHER_ROLE_ARN,
    ],
    ['static keys', [store({ auth: 'static-keys' })], 'no store reads with it'],
    ['no store', [], 'no store reads with it'],
  ])('%s need none', (_what, stores, said) => {
    expect(bare(...stores)).toMatchObject({ status: 'warn', detail: expect.stringContaining(said) });
  });
});
