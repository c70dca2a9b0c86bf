/** Check `secret-coverage` of a role made elsewhere: what one session may read says nothing of another that the policies tell apart. */
import { expect, test } from '@jest/globals';
import type { PolicyDocument, Statement } from '../../src/model/policy.ts';
import type { SecretRead } from '../../src/model/shared-secret.ts';
import { verify } from '../../src/verify/verify.ts';
import { association, intent } from '../support/factories.ts';
import { ACCOUNT, ROLE_ARN } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';
import { ARN, secret, SSM, value } from './shared-secrets.ts';
import { foundOf, irsaWorld, NO_EVIDENCE, soundRole, store } from './support.ts';

const byPods = intent({ identity: 'pod-identity', role: { kind: 'referenced', arn: ROLE_ARN } });
const byIrsa = intent({ role: { kind: 'referenced', arn: ROLE_ARN } });
const of = (...Statement: readonly Statement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const allowing = (Resource: string, Condition: Statement['Condition'] = {}): Statement => ({
  Effect: 'Allow',
  Action: 'secretsmanager:GetSecretValue',
  Resource,
  Condition,
});
const LIST: Statement = { Effect: 'Allow', Action: 'secretsmanager:ListSecrets', Resource: '*' };
const OF_A = { StringEquals: { 'aws:PrincipalTag/kubernetes-namespace': 'mxp-a-system' } };

/** Of two control planes that read one key. */
function both(
  policies: Readonly<Record<string, PolicyDocument>>,
  { key = 'app/db', ofB }: { readonly key?: string; readonly ofB?: PolicyDocument } = {},
): readonly string[] {
  const session = ofB === undefined ? {} : { sessionPolicy: ofB };
  const parts = running(
    { a: 'pod-identity', b: 'pod-identity' },
    {
      role: soundRole({ inlinePolicies: policies }),
      associations: [association('a'), association('b', session)],
      stores: [store({ selector: { names: ['ctp-a', 'ctp-b'] } })],
      secrets: {
        kind: 'read',
        all: [{ ...secret(value(key)), selector: { names: ['ctp-a', 'ctp-b'] } }],
      },
    },
  );
  return verify(desiredOf(byPods), worldOf(byPods, parts), NO_EVIDENCE)
    .filter(({ check }) => check === 'secret-coverage')
    .map(({ status }) => status);
}

const APP = `${ARN}app/*`;

test.each<[string, Readonly<Record<string, PolicyDocument>>, readonly string[]]>([
  ['nothing', { own: of(allowing(APP)) }, ['pass', 'pass']],
  ['a condition', { own: of(allowing(APP, OF_A)) }, ['pass', 'fail']],
  ['a condition in one of several statements', { own: of(LIST, allowing(APP, OF_A)) }, ['pass', 'fail']],
  [
    'a condition in one of several policies',
    { list: of(LIST), own: of(allowing(APP, OF_A)) },
    ['pass', 'fail'],
  ],
  [
    'a condition beside another one',
    { own: of(allowing(APP, { StringEquals: { ...OF_A.StringEquals, 'aws:PrincipalAccount': ACCOUNT } })) },
    ['pass', 'fail'],
  ],
])('by %s', (_what, policies, expected) => {
  expect(both(policies)).toEqual(expected);
});

test('by a policy variable alone', () => {
  const own = of(LIST, {
    ...allowing(''),
    Resource: [`${ARN}app/*`, `${ARN}\${aws:PrincipalTag/kubernetes-namespace}/*`],
  });
  expect(both({ own }, { key: 'mxp-a-system/db' })).toEqual(['pass', 'fail']);
});

const judged = (...reads: readonly SecretRead[]) => {
  const role = soundRole({ inlinePolicies: { own: of(allowing(APP)) } });
  const secrets = { kind: 'read', all: [secret(...reads)] } as const;
  return foundOf('secret-coverage', irsaWorld({ role, stores: [store()], secrets }), byIrsa).split(':')[0];
};

test('nor does what is said of one key, or of a value, stand for another', () => {
  expect(judged(value('app/db'))).toBe('pass');
  expect(judged(value('app/db'), value('other/db'))).toBe('fail');
  expect(judged(value('app/db'), { kind: 'tags', store: 'store', key: 'app/db' })).toBe('fail');
});

test('by a session policy', () => {
  expect(both({ own: of(allowing(APP)) }, { ofB: of(allowing(`${ARN}other/*`)) })).toEqual(['pass', 'fail']);
});

const reading = (key: string, Resource: string, service: typeof SSM = {}): string => {
  const Action = service.service === 'ssm' ? 'ssm:GetParameter' : 'secretsmanager:GetSecretValue';
  const role = soundRole({ inlinePolicies: { own: of({ Effect: 'Allow', Action, Resource }) } });
  const parts = irsaWorld({
    role,
    stores: [store(service)],
    secrets: { kind: 'read', all: [secret(value(key))] },
  });
  return foundOf('secret-coverage', parts, byIrsa).split(':')[0] ?? '';
};

const PARAMETER = 'arn:aws:ssm:eu-central-1:111122223333:parameter/prod/db';

test.each<[string, string, string, typeof SSM]>([
  ['by its name, with what AWS appends', 'prod/db', `${ARN}prod/db-??????`, {}],
  ['by the beginning of its ARN', `${ARN}prod/db`, `${ARN}prod/db-??????`, {}],
  ['by its whole ARN', `${ARN}prod/db-AbCdEf`, `${ARN}prod/db-AbCdEf`, {}],
  [
    'by an ARN with something like that inside of its name',
    `${ARN}db-AbCdEf/x`,
    `${ARN}db-AbCdEf/x-??????`,
    {},
  ],
  ['a version of a parameter', '/prod/db:3', PARAMETER, SSM],
  ['a version of a parameter by its ARN', `${PARAMETER}:3`, PARAMETER, SSM],
])('one secret alone: %s', (_how, key, resource, service) => {
  expect(reading(key, resource, service)).toBe('pass');
  expect(reading(key.replace('db', 'dc'), resource, service)).toBe('fail');
});
