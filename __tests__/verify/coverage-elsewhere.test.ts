/** Whether secrets are covered, where the policies of a role are read: of one made elsewhere, and for sessions without tags. */
import { describe, expect, test } from '@jest/globals';
import type { SecretStore } from '../../src/model/host.ts';
import type { Statement } from '../../src/model/policy.ts';
import type { Role } from '../../src/model/world.ts';
import type { SecretRead } from '../../src/model/shared-secret.ts';
import { intent, role } from '../support/factories.ts';
import { host, ROLE_ARN } from '../support/names.ts';
import { ARN, having, SSM, value } from './shared-secrets.ts';
import { foundOf, irsaWorld, podWorld } from './support.ts';

const allow = (overrides: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action: ['secretsmanager:GetSecretValue', 'ssm:GetParameter'],
  Resource: [`${ARN}prod/db-??????`, 'arn:aws:ssm:*:*:parameter/prod/*'],
  ...overrides,
});

test('an association with its session tags off gives none to a policy that asks for them', () => {
  const asked = intent({ identity: 'pod-identity', role: { kind: 'referenced', arn: ROLE_ARN } });
  const bound = allow({
    Condition: { StringEquals: { 'aws:PrincipalTag/kubernetes-namespace': host('a') } },
  });
  const judged = (disableSessionTags: boolean) =>
    foundOf(
      'secret-coverage',
      podWorld(
        {
          ...having([value('prod/db')]),
          role: role({ inlinePolicies: { p: { Version: '2012-10-17', Statement: [bound] } } }),
        },
        { disableSessionTags },
      ),
      asked,
    );
  expect(judged(false)).toMatch(/^pass: /);
  expect(judged(true)).toMatch(/^fail: .* no policy of the role allows it$/);
});

describe('a role made elsewhere, by its inline policies', () => {
  const asked = intent({ role: { kind: 'referenced', arn: ROLE_ARN } });
  const judged = (
    read: SecretRead,
    statements: readonly Statement[],
    of: Partial<Role> = {},
    ofStore: Partial<SecretStore> = {},
  ) =>
    foundOf(
      'secret-coverage',
      irsaWorld({
        ...having([read, read], ofStore),
        role: role({ inlinePolicies: { p: { Version: '2012-10-17', Statement: statements } }, ...of }),
      }),
      asked,
    );
  const MANAGED = { attachedPolicies: ['arn:aws:iam::aws:policy/x'] };
  test.each<[string, SecretRead, readonly Statement[], Partial<Role>, Partial<SecretStore>, string]>([
    [
      'allowed',
      value('prod/db'),
      [allow()],
      {},
      {},
      "pass: 2 keys of 1 secret are within what the role's inline policies allow",
    ],
    ['allowed by ARN', value(`${ARN}prod/db-AbCdEf`), [allow()], {}, {}, 'pass: '],
    [
      'a parameter of another region',
      value('/prod/x'),
      [allow()],
      {},
      { ...SSM, region: 'us-east-1' },
      'pass: ',
    ],
    [
      'not allowed',
      value('prod/x'),
      [allow()],
      {},
      {},
      'fail: team-a/app reads prod/x through team-a/store: no policy of the role allows it',
    ],
    [
      'its tags',
      { kind: 'tags', store: 'store', key: 'prod/db' },
      [allow()],
      {},
      {},
      'no policy of the role allows it',
    ],
    [
      'perhaps by a managed policy',
      value('prod/x'),
      [allow()],
      MANAGED,
      {},
      'warn: team-a/app reads prod/x through team-a/store and 1 more: no inline policy of the role allows it, and managed ones are not read',
    ],
    [
      'denied',
      value('prod/db'),
      [allow(), allow({ Effect: 'Deny' })],
      MANAGED,
      {},
      'a policy of the role denies it',
    ],
    [
      'perhaps',
      value('prod/db'),
      [allow({ Condition: { Null: { 'aws:SourceVpc': 'false' } } })],
      {},
      {},
      'it depends on Null on aws:SourceVpc',
    ],
    [
      'its own session',
      value('prod/db'),
      [allow({ Condition: { StringEquals: { 'oidc.example.com:sub': 'x' } } })],
      {},
      {},
      'it depends on',
    ],
    [
      'there is none',
      value('prod/db'),
      [allow()],
      { arn: 'arn:aws:iam::111122223333:role/path/other' },
      {},
      `fail: team-a/app reads prod/db through team-a/store: there is no role ${ROLE_ARN}`,
    ],
  ])('%s', (_what, read, statements, of, ofStore, expected) => {
    expect(judged(read, statements, of, ofStore)).toContain(expected);
  });

  test('of another account it can’t be read', () => {
    const elsewhere = intent({ role: { kind: 'referenced', arn: 'arn:aws:iam::444455556666:role/r' } });
    expect(foundOf('secret-coverage', irsaWorld(having([value('prod/db')])), elsewhere)).toContain(
      "the role is in account 444455556666 and can't be read from here",
    );
  });
});
