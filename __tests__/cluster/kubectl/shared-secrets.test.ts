/** SharedExternalSecrets from the output of kubectl, and what becomes of a Space without them. */
import { describe, expect, test } from '@jest/globals';
import { refused } from '../../tools/fakes.ts';
import { kubectlSetup, line } from './setup.ts';
import { readSharedSecrets } from '../../../src/cluster/kubectl/shared-secrets.ts';
import { NO_GROUP, NO_SUCH } from './space-setup.ts';

const STORE = line('g', 'store', { region: 'r' }, { names: ['a'] }, '', '', '', 1, 1, '');
const denied = refused(
  'Error from server (Forbidden): x is forbidden: User "ci" cannot list resource "sharedexternalsecrets" in API group "spaces.upbound.io" at the cluster scope',
);

function setup(both: string | typeof denied, alone: string | typeof denied = STORE) {
  return kubectlSetup((args) => {
    if (args.includes('--raw')) return NO_GROUP;
    return args.includes('sharedexternalsecrets') ? both : alone;
  });
}
const ours = { kind: 'ClusterSecretStore', name: 'store' };
const secret = (name: string, store: object | '', data: object | string, dataFrom: object | string = '') =>
  line(
    'g',
    name,
    { names: ['a'] },
    store,
    data,
    dataFrom,
    [{ controlPlane: 'b' }],
    [{ controlPlane: 'a' }],
    2,
    1,
  );

async function readsOf(...rows: readonly string[]) {
  const { secrets } = await readSharedSecrets(setup(`${STORE}---\n${rows.join('')}`).kubectl);
  if (secrets.kind !== 'read') throw new Error(secrets.why);
  return secrets.all;
}

test('one process reads stores and secrets', async () => {
  const { kubectl, requests } = setup(`${STORE}---\n${secret('s', ours, [{ remoteRef: { key: 'k' } }])}`);
  const { stores, secrets } = await readSharedSecrets(kubectl);
  expect(stores.map(({ name }) => name)).toEqual(['store']);
  expect(secrets).toEqual({
    kind: 'read',
    all: [
      {
        group: 'g',
        name: 's',
        selector: { names: ['a'] },
        provisioned: ['a'],
        failed: [{ controlPlane: 'b' }],
        stale: true,
        reads: [{ kind: 'value', store: 'store', key: 'k' }],
      },
    ],
  });
  expect(requests).toHaveLength(1);
  // The template of a secret may hold anything.
  expect(requests[0]?.args.join(' ')).not.toContain('template');
});

const other = { storeRef: { kind: 'ClusterSecretStore', name: 'other' } };
test.each<[string, object | '', object | string, object | string, readonly object[]]>([
  [
    'several properties of a key are one read',
    ours,
    [{ remoteRef: { key: 'k', property: 'a' } }, { remoteRef: { key: 'k', property: 'b', version: '1' } }],
    '',
    [{ kind: 'value', store: 'store', key: 'k' }],
  ],
  [
    'tags',
    ours,
    [{ remoteRef: { key: 'k', metadataPolicy: 'Fetch' } }],
    '',
    [{ kind: 'tags', store: 'store', key: 'k' }],
  ],
  [
    'a store of its own for each',
    ours,
    [{ remoteRef: { key: 'k' }, sourceRef: other }],
    [
      { extract: { key: 'l' }, sourceRef: other },
      { find: { name: { regexp: '.*' } }, sourceRef: other },
    ],
    [
      { kind: 'value', store: 'other', key: 'k' },
      { kind: 'value', store: 'other', key: 'l' },
      { kind: 'find', store: 'other' },
    ],
  ],
  [
    'generators read nothing, nor does an empty entry',
    ours,
    '',
    [{ sourceRef: { generatorRef: { kind: 'UUID', name: 'x' } } }, {}],
    [],
  ],
  ['a SecretStore is none of the Space’s', { name: 'store' }, [{ remoteRef: { key: 'k' } }], '', []],
  ['no store at all', '', [{ remoteRef: { key: 'k' } }], [{ find: {} }], []],
  ['what is no list', ours, { key: 'k' }, '{broken', []],
])('%s', async (_what, store, data, dataFrom, expected) => {
  const [one] = await readsOf(secret('s', store, data, dataFrom));
  expect(one?.reads).toEqual(expected);
});

test('a secret that Spaces has said nothing of', async () => {
  expect(await readsOf(line('g', 's', '', '', '', '', '', '', 1, ''))).toMatchObject([
    { selector: null, provisioned: [], failed: [], stale: false, reads: [] },
  ]);
});

describe('stores are read alone, by a second process', () => {
  test.each([
    [
      'without the right',
      denied,
      'user "ci" may not list sharedexternalsecrets.spaces.upbound.io in all namespaces',
    ],
    ['in a Space without such a resource', NO_SUCH, 'error: the server doesn\'t have a resource type "x"'],
  ])('%s', async (_what, both, why) => {
    const { kubectl, requests } = setup(both);
    const { stores, secrets } = await readSharedSecrets(kubectl);
    expect(stores).toHaveLength(1);
    expect(secrets).toEqual({ kind: 'unreadable', why });
    // Of a kind that is not known, the API server is asked whether it has it.
    expect(requests.filter(({ args }) => !args.includes('--raw'))).toHaveLength(2);
  });

  test('and where there are none either, there are none', async () => {
    expect((await readSharedSecrets(setup(NO_SUCH, NO_SUCH).kubectl)).stores).toEqual([]);
  });
});

test('an empty output is of a Space without any', async () => {
  expect(await readSharedSecrets(setup('').kubectl)).toEqual({
    stores: [],
    secrets: { kind: 'read', all: [] },
  });
});

test('what fails otherwise is not taken for nothing', async () => {
  await expect(readSharedSecrets(setup(refused('boom')).kubectl)).rejects.toMatchObject({
    reason: 'cluster-access-denied',
  });
  await expect(readSharedSecrets(setup(denied, denied).kubectl)).rejects.toMatchObject({
    reason: 'access-denied',
  });
});
