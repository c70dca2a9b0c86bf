/** Whether what SharedExternalSecrets read lies within the role's prefixes. */
import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import type { SecretStore } from '../../src/model/host.ts';
import type { SecretRead } from '../../src/model/shared-secret.ts';
import { intent, ownedRole, type WorldParts } from '../support/factories.ts';
import { ARN, having, secret, SSM, value } from './shared-secrets.ts';
import { byPod, foundOf, irsaWorld, podWorld, store } from './support.ts';

const ALL = intent({
  role: ownedRole({ secretPrefixes: ['prod/', 'ctp-{id}/', 'x{id}-'], parameterPrefixes: ['/prod/'] }),
});

function found(reads: readonly SecretRead[], of: Partial<SecretStore> = {}, asked: Intent = ALL): string {
  return foundOf('secret-coverage', irsaWorld(having(reads, of)), asked);
}

describe('by prefixes', () => {
  const ONE = 'pass: 1 key of 1 secret is within its prefixes';
  test.each<[string, string, Partial<SecretStore>]>([
    ['under a common prefix', 'prod/db', {}],
    ['under its own', 'ctp-a/db', {}],
    ['by the hyphen that AWS appends', 'xa', {}],
    ['with the store’s prefix', 'db', { prefix: 'prod/' }],
    ['by its whole ARN', `${ARN}prod/db-AbCdEf`, {}],
    ['by the beginning of its ARN', `${ARN}prod/db`, {}],
    ['wildcards mean nothing', 'prod/*', {}],
    ['a parameter', '/prod/db', SSM],
    ['a parameter without its slash', 'prod/db', SSM],
    ['a version of a parameter', '/prod/db:3', SSM],
    ['a parameter by ARN', 'arn:aws:ssm:eu-central-1:111122223333:parameter/prod/db:3', SSM],
    ['by the name that the store has inside', 'prod/db', { name: 'theirs', nameInside: 'store' }],
    [
      'by a token of the account’s own',
      'prod/db',
      { auth: 'jwt', serviceAccount: 'external-secrets-controller' },
    ],
  ])('%s: %s', (_what, key, of) => {
    expect(found([value(key)], of)).toBe(ONE);
  });

  test.each<[string, string, Partial<SecretStore>, string]>([
    ['under none', 'test/db', {}, 'no prefix covers it: `secret-prefixes: test/` would'],
    ['at the top', 'db', {}, 'no prefix covers it: `secret-prefixes: db` would'],
    ['the prefix itself without its end', 'prod', {}, 'no prefix covers it: `secret-prefixes: prod` would'],
    ['wildcards mean nothing', '*', {}, 'no prefix covers it: `secret-prefixes: *` would'],
    ['whole ARN', `${ARN}db-AbCdEf`, {}, 'no prefix covers it: `secret-prefixes: db` would'],
    ['a parameter', '/test/db:3', SSM, 'no prefix covers it: `parameter-prefixes: /test/` would'],
    [
      'a parameter by ARN',
      'arn:aws:ssm:eu-central-1:111122223333:parameter/db',
      SSM,
      'no prefix covers it: `parameter-prefixes: /` would',
    ],
    ['another service', 'ctp-a/db', SSM, 'no prefix covers it: `parameter-prefixes: ctp-a/` would'],
    [
      'another region',
      'prod/db',
      { region: 'us-east-1' },
      'it lies in us-east-1, and prefixes are granted in eu-central-1',
    ],
    ['another’s', 'ctp-b/db', {}, "no prefix covers it but ctp-{id}/, which is each control plane's own"],
  ])('fails %s: %s', (_what, key, of, why) => {
    expect(found([value(key)], of)).toBe(`fail: team-a/app reads ${key} through team-a/store: ${why}`);
  });

  test('names three, and how many more', () => {
    const text = found(['a/1', 'a/2', 'a/3', 'a/4', 'prod/5'].map((key) => value(key)));
    expect(text).toMatch(
      /^fail: team-a\/app reads a\/1 .*; team-a\/app reads a\/2 .*; team-a\/app reads a\/3 [^;]*; and 1 more$/,
    );
  });

  test('without a region, which is the cluster’s then', () => {
    const { region: _region, ...regionless } = store();
    const parts = irsaWorld({ ...having([value('prod/db')]), stores: [regionless] });
    expect(foundOf('secret-coverage', parts, ALL)).toBe(ONE);
  });

  test('counts keys and secrets', () => {
    expect(found([value('prod/a'), value('prod/b'), { kind: 'tags', store: 'store', key: 'prod/b' }])).toBe(
      'pass: 3 keys of 1 secret are within its prefixes',
    );
  });

  test('both mechanisms have it', () => {
    expect(foundOf('secret-coverage', podWorld(having([value('test/db')])), byPod)).toContain(
      'fail: team-a/app',
    );
  });
});

test.each<[string, Partial<WorldParts>]>([
  ['nothing', {}],
  ['through a store of static keys', having([value('test/db')], { auth: 'static-keys' })],
  ['through another store', having([value('test/db', 'elsewhere')])],
  ['through a store of another provider', having([value('test/db')], { provider: 'other' })],
  ['through a store that does not select it', having([value('test/db')], { selector: { names: ['ctp-b'] } })],
  [
    'in another control plane',
    {
      stores: [store()],
      secrets: { kind: 'read', all: [{ ...secret(value('test/db')), selector: { names: ['ctp-b'] } }] },
    },
  ],
])('nothing is judged: %s', (_what, parts) => {
  expect(foundOf('secret-coverage', irsaWorld(parts))).toBe(
    'pass: no SharedExternalSecret reads by this identity here',
  );
});
