/** What of SharedExternalSecrets is not known, and what a role made elsewhere may. */
import { describe, expect, test } from '@jest/globals';
import type { SecretStore } from '../../src/model/host.ts';
import type { SecretRead } from '../../src/model/shared-secret.ts';
import { controlPlane, intent, ownedRole, type WorldParts } from '../support/factories.ts';
import { host } from '../support/names.ts';
import { having, secret, SSM, value } from './shared-secrets.ts';
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
