/** What of SharedExternalSecrets is not known, and what a role made elsewhere may. */
import { describe, expect, test } from '@jest/globals';
import type { SecretStore } from '../../src/model/host.ts';
import type { Statement } from '../../src/model/policy.ts';
import type { Role } from '../../src/model/world.ts';
import type { SecretRead } from '../../src/model/shared-secret.ts';
import { controlPlane, intent, ownedRole, role, type WorldParts } from '../support/factories.ts';
import { host, ROLE_ARN } from '../support/names.ts';
import { ARN, having, secret, SSM, value } from './shared-secrets.ts';
import { foundOf, irsaWorld, podWorld, store } from './support.ts';

const ALL = intent({ role: ownedRole({ secretPrefixes: ['prod/'] }) });
const found = (reads: readonly SecretRead[], of: Partial<SecretStore> = {}): string =>
  foundOf('secret-coverage', irsaWorld(having(reads, of)), ALL);

describe('what is not known is a warning', () => {
  const THEIRS = 'arn:aws:iam::444455556666:role/r';
  test.each<[string, SecretRead, Partial<SecretStore>, string]>([
    [
      'find',
      { kind: 'find', store: 'store' },
      {},
      'reads find through team-a/store: `find` needs a right that this action never grants, secretsmanager:ListSecrets',
    ],
    [
      'find of parameters',
      { kind: 'find', store: 'store' },
      SSM,
      'ssm:DescribeParameters and ssm:GetParametersByPath',
    ],
    ['a template', value('{{ .x }}'), {}, 'the key holds a template'],
    [
      'another account',
      value('arn:aws:secretsmanager:eu-central-1:444455556666:secret:prod/db'),
      {},
      'it lies in account 444455556666 and eu-central-1, and the store reads in 111122223333 and eu-central-1',
    ],
    [
      'another region',
      value('arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db'),
      {},
      'it lies in account 111122223333 and us-east-1',
    ],
    [
      'an ARN of another service',
      value('arn:aws:ssm:eu-central-1:111122223333:parameter/prod'),
      {},
      'it is an ARN of ssm, and the store reads secretsmanager',
    ],
    ['half an ARN', value('arn:'), {}, 'it is an ARN of '],
    ['a role of the store', value('test/db'), { role: THEIRS }, `read by role ${THEIRS}: not judged`],
    [
      'the last of its roles',
      value('test/db'),
      { additionalRoles: ['first', THEIRS] },
      `read by role ${THEIRS}: not judged`,
    ],
    [
      'another service account',
      value('test/db'),
      { auth: 'jwt', serviceAccount: 'other' },
      'read by service account other: not judged',
    ],
  ])('%s', (_what, read, of, why) => {
    expect(found([read], of)).toMatch(/^warn: team-a\/app reads /);
    expect(found([read], of)).toContain(why);
  });

  test('said once for all that it is true of', () => {
    expect(found([value('a'), value('b'), value('prod/c')], { role: THEIRS })).toBe(
      `warn: team-a/app reads a through team-a/store and 2 more: read by role ${THEIRS}: not judged`,
    );
  });

  test('what a placeholder stands for', () => {
    const named = controlPlane('a', { group: '', name: host('a') });
    const parts = irsaWorld({ ...having([value('xb')]), controlPlanes: [named] });
    const asked = intent({ role: ownedRole({ secretPrefixes: ['x{group}-'] }) });
    expect(foundOf('secret-coverage', parts, asked)).toBe(
      'warn: team-a/app reads xb through team-a/store: it may lie under x{group}-: what {group} stands for is not known',
    );
  });

  test('whether store and secret select it', () => {
    const named = controlPlane('a', { group: '', name: host('a') });
    const namespaces = [{ name: host('a'), controlPlaneGroup: 'team-a', controlPlaneName: 'ctp-a' }];
    const gold = { selector: { labelSelectors: [{ matchLabels: { tier: 'gold' } }] }, provisioned: [] };
    const parts = (key: string, of: object, ofSecret: object): WorldParts =>
      irsaWorld({
        controlPlanes: [named],
        namespaces,
        stores: [store(of)],
        secrets: { kind: 'read', all: [{ ...secret(value(key)), ...ofSecret }] },
      });
    for (const [of, ofSecret] of [
      [gold, {}],
      [{}, gold],
      [gold, gold],
    ] as const) {
      expect(foundOf('secret-coverage', parts('test/db', of, ofSecret), ALL)).toMatch(
        /^warn: .*no prefix covers it: .* and whether both select it is not known$/,
      );
      expect(foundOf('secret-coverage', parts('prod/db', of, ofSecret), ALL)).toMatch(/^pass: no Shared/);
    }
    expect(foundOf('secret-coverage', parts('test/db', {}, {}), ALL)).toContain('fail: ');
  });

  test('what could not be looked at', () => {
    const parts = irsaWorld({ secrets: { kind: 'unreadable', why: 'user "ci" may not list them' } });
    expect(foundOf('secret-coverage', parts)).toBe(
      'warn: what its SharedExternalSecrets read could not be looked at: user "ci" may not list them',
    );
  });
});

const allow = (overrides: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action: ['secretsmanager:GetSecretValue', 'ssm:GetParameter'],
  Resource: [`${ARN}prod/db-??????`, 'arn:aws:ssm:*:*:parameter/prod/*'],
  ...overrides,
});

test('what pods read as a target role is not within the prefixes of the role before it', () => {
  const targetRoleArn = 'arn:aws:iam::444455556666:role/target';
  const asked = intent({
    identity: 'pod-identity',
    role: ownedRole({ secretPrefixes: ['prod/'] }),
    targetRoleArn,
  });
  const judged = (of: Partial<SecretStore> = {}) =>
    foundOf('secret-coverage', podWorld(having([value('prod/db')], of), { targetRoleArn }), asked);
  expect(judged()).toBe(
    `warn: team-a/app reads prod/db through team-a/store: read by role ${targetRoleArn}: not judged`,
  );
  const further = 'arn:aws:iam::777788889999:role/further';
  expect(judged({ role: further })).toContain(`read by role ${further}: not judged`);
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
