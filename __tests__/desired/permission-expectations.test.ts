/** What is expected of the role's permissions. */
import { describe, expect, test } from '@jest/globals';
import { expectationsOf } from '../../src/desired/permission-expectations.ts';
import { simulationBatches } from '../../src/desired/simulation.ts';
import { requestContext } from '../../src/desired/request-context.ts';
import type { Intent, OwnedRole } from '../../src/model/config.ts';
import type { Statement } from '../../src/model/policy.ts';
import { intent, ownedRole, role } from '../support/factories.ts';
import { ACCOUNT, ROLE_ARN } from '../support/names.ts';
import { desiredOf, placeOf } from '../support/world-of.ts';

const KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1`;
const referenced = intent({ role: { kind: 'referenced', arn: ROLE_ARN } });

const expectationsFor = (asked: Intent, actual = role()) =>
  expectationsOf(desiredOf(asked), actual, placeOf(asked).target);
const ofOwned = (overrides: Partial<OwnedRole>) => expectationsFor(intent({ role: ownedRole(overrides) }));
const outside = (overrides: Partial<OwnedRole>) =>
  ofOwned(overrides).filter(({ where }) => where === 'outside the prefixes');

const inWords = ({ action, resource, expected, context }: ReturnType<typeof ofOwned>[number]): string =>
  `${expected} ${action} ${resource.split(':').slice(5).join(':')} ${context['kms:ViaService'] ?? ''}`.trim();

/** A grant of reads by the policies of such a role. */
const reading = (Resource: string | readonly string[], overrides: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action: ['secretsmanager:GetSecretValue', 'ssm:GetParameter'],
  Resource,
  ...overrides,
});

/** What is asked about that must be allowed. */
const allowedBy = (...Statement: readonly Statement[]) => {
  const found = expectationsFor(
    referenced,
    role({ inlinePolicies: { own: { Version: '2012-10-17', Statement } } }),
  );
  expect(found.length).toBeGreaterThan(0);
  return found
    .filter(({ expected }) => expected === 'allowed')
    .map(({ action, resource, where }) => `${action} ${resource} ${where}`);
};
const secret = `arn:aws:secretsmanager:eu-central-1:${ACCOUNT}:secret:`;
const parameter = `arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/`;
const many = (count: number) => Array.from({ length: count }, (_, n) => `app-${n}/`);

/** How many actions and resources each call is about. */
const sizes = (overrides: Partial<OwnedRole>) =>
  simulationBatches(ofOwned(overrides)).map(({ actions, resources }) => [actions.length, resources.length]);

describe('a role of ours', () => {
  test('reads, metadata and a write under each prefix, a read and a write outside, each key by each service', () => {
    expect(ofOwned({ parameterPrefixes: ['/prod/'], kmsKeyArns: [KEY] }).map(inWords)).toEqual([
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

  test.each([['s'], ['spaces-'], ['spaces-workload-identity-check']])(
    'outside is outside, also of prefix %s',
    (prefix) => {
      const found = outside({ secretPrefixes: [prefix] });
      expect(found.length).toBeGreaterThan(0);
      expect(found.filter(({ resource }) => resource.includes(`:secret:${prefix}`))).toEqual([]);
    },
  );

  test('nothing is outside of everything', () => {
    const found = outside({ secretPrefixes: [], parameterPrefixes: ['/'] });
    expect(found.map(({ action }) => action.split(':')[0])).toEqual(['secretsmanager', 'secretsmanager']);
  });
});

describe('a role made elsewhere', () => {
  test('what its own policies let be read is asked about, each pattern once, with a name in place of its wildcards', () => {
    expect(allowedBy(reading([`${secret}app/?-*`, `${parameter}app`]), reading(`${parameter}app`))).toEqual([
      `secretsmanager:GetSecretValue ${secret}app/A-spaces-workload-identity-check-AbCdEf on ${secret}app/?-*`,
      `ssm:GetParameter ${parameter}app on ${parameter}app`,
    ]);
  });

  const anySecret = `secretsmanager:GetSecretValue ${secret}spaces-workload-identity-check-AbCdEf`;
  const anyParameter = `ssm:GetParameter ${parameter}spaces-workload-identity-check`;

  test.each<[string, Statement, readonly string[]]>([
    ['any resource', reading('*'), [`${anySecret} on *`, `${anyParameter} on *`]],
    [
      'any of the service',
      reading('arn:aws:ssm:*', { Action: 'ssm:Get*' }),
      [`${anyParameter} on arn:aws:ssm:*`],
    ],
    [
      'any region and account',
      reading('arn:*:ssm:*:*:parameter/app/*', { Action: 'SSM:GETPARAMETER*' }),
      [`ssm:GetParameter ${parameter}app/spaces-workload-identity-check on arn:*:ssm:*:*:parameter/app/*`],
    ],
    [
      'another region and account',
      reading('arn:aws:ssm:us-east-1:444455556666:parameter/x', { Action: ['ssm:*'] }),
      [
        'ssm:GetParameter arn:aws:ssm:us-east-1:444455556666:parameter/x on arn:aws:ssm:us-east-1:444455556666:parameter/x',
      ],
    ],
    [
      'all but some actions',
      { Effect: 'Allow', NotAction: ['iam:*', 'ssm:*'], Resource: `${secret}app/*` },
      [`secretsmanager:GetSecretValue ${secret}app/spaces-workload-identity-check-AbCdEf on ${secret}app/*`],
    ],
    [
      'all but some resources',
      { Effect: 'Allow', Action: 'ssm:GetParameter', NotResource: `${parameter}other/*` },
      [`${anyParameter} on *`],
    ],
    [
      'a name of the caller beside it',
      reading([`${parameter}\${aws:PrincipalTag/team}*`, `${parameter}app`]),
      [`ssm:GetParameter ${parameter}app on ${parameter}app`],
    ],
    [
      'under a condition',
      reading(`${parameter}app`, { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
      [`ssm:GetParameter ${parameter}app on ${parameter}app`],
    ],
  ])('%s', (_what, statement, asked) => {
    expect(allowedBy(statement)).toEqual(asked);
  });

  test('where it may read, it is asked whether it may write', () => {
    const found = expectationsFor(
      referenced,
      role({ inlinePolicies: { own: { Statement: [reading(`${parameter}app/*`, { Action: 'ssm:*' })] } } }),
    );
    expect(found.map(inWords)).toContain(
      'refused ssm:PutParameter parameter/app/spaces-workload-identity-check',
    );
  });

  test.each<[string, Statement]>([
    ['all resources but all', { Effect: 'Allow', Action: 'secretsmanager:*', NotResource: '*' }],
    [
      'actions of another service',
      { Effect: 'Allow', NotAction: ['secretsmanager:*', 'ssm:*'], Resource: '*' },
    ],
    ['resources of another service', reading('arn:aws:s3:::bucket/*')],
    ['a denial', reading(`${secret}app/*`, { Effect: 'Deny' })],
    ['another action', reading(`${secret}app/*`, { Action: 'secretsmanager:DescribeSecret' })],
    ['a name of the caller', reading(`${secret}\${aws:PrincipalTag/team}/*`)],
  ])('%s names nothing that could be asked about', (_what, statement) => {
    expect(allowedBy(statement)).toEqual([]);
  });

  test('reads and writes of any name are asked about too', () => {
    expect(
      expectationsFor(referenced).map(({ action, where, expected }) => `${expected} ${action} ${where}`),
    ).toEqual([
      'refused secretsmanager:GetSecretValue of any name',
      'refused secretsmanager:PutSecretValue of any name',
      'refused ssm:GetParameter of any name',
      'refused ssm:PutParameter of any name',
    ]);
  });
});

describe('the calls', () => {
  test('one an action, however many prefixes there are', () => {
    const prefixes = { secretPrefixes: many(60), parameterPrefixes: many(60) };
    expect(sizes({ ...prefixes, kmsKeyArns: [KEY, `${KEY}2`] })).toEqual([
      [1, 61],
      [1, 60],
      [1, 61],
      [1, 61],
      [1, 60],
      [1, 61],
      [1, 2],
      [1, 2],
    ]);
  });

  test('but no more than a hundred resources at a time', () => {
    expect(sizes({ secretPrefixes: many(150), parameterPrefixes: [] }).slice(0, 2)).toEqual([
      [1, 100],
      [1, 51],
    ]);
  });

  test('the keys are asked about with the service that decrypts', () => {
    const batches = simulationBatches(ofOwned({ parameterPrefixes: ['/prod/'], kmsKeyArns: [KEY] }));
    const vias = batches.flatMap(({ context }) => context['kms:ViaService'] ?? []);
    expect(vias).toEqual(['secretsmanager.eu-central-1.amazonaws.com', 'ssm.eu-central-1.amazonaws.com']);
  });

  test('each has what every real call has', () => {
    const [batch] = simulationBatches(ofOwned({}));
    expect(batch?.context).toEqual({
      'aws:RequestedRegion': 'eu-central-1',
      'aws:ResourceAccount': ACCOUNT,
      'aws:PrincipalArn': ROLE_ARN,
      'aws:PrincipalAccount': ACCOUNT,
      'aws:SecureTransport': 'true',
    });
  });

  test.each([
    ['arn:aws:kms:us-gov-west-1:444455556666:key/1', 'us-gov-west-1', '444455556666'],
    ['arn:aws:secretsmanager:*:*:secret:x', 'eu-central-1', ACCOUNT],
    ['*', 'eu-central-1', ACCOUNT],
  ])('goes where %s is', (resource, region, account) => {
    expect(requestContext(resource, placeOf(intent()).target)).toMatchObject({
      'aws:RequestedRegion': region,
      'aws:ResourceAccount': account,
    });
  });
});
