/** SharedExternalSecrets, and what becomes of a Space without them. */
import { expect, test } from '@jest/globals';
import { denied, said } from '../api/fake-api.ts';
import { named, setup } from './space-setup.ts';

const ours = { kind: 'ClusterSecretStore', name: 'store' };

const secret = (externalSecretSpec: unknown) => ({
  ...named('g', 's', { generation: 2 }),
  spec: {
    controlPlaneSelector: { names: ['a'] },
    externalSecretSpec,
    externalSecretMetadata: { annotations: { a: 'b' } },
  },
  status: {
    failed: [{ controlPlane: 'b', conditions: [] }],
    provisioned: [{ controlPlane: 'a' }],
    observedGeneration: 1,
  },
});

async function readAll(...secrets: readonly object[]) {
  const read = await setup({ secrets }).reader.sharedSecrets();
  if (read.kind !== 'read') throw new Error(read.why);
  return read.all;
}

test('a secret, without its template, which may hold anything', async () => {
  const spec = { secretStoreRef: ours, data: [{ remoteRef: { key: 'k' } }], target: { template: 'x' } };
  expect(await readAll(secret(spec))).toEqual([
    {
      group: 'g',
      name: 's',
      selector: { names: ['a'] },
      provisioned: ['a'],
      failed: [{ controlPlane: 'b' }],
      stale: true,
      reads: [{ kind: 'value', store: 'store', key: 'k' }],
    },
  ]);
});

const other = { storeRef: { kind: 'ClusterSecretStore', name: 'other' } };
test.each<[string, object | undefined, unknown, unknown, readonly object[]]>([
  [
    'several properties of a key are one read',
    ours,
    [{ remoteRef: { key: 'k', property: 'a' } }, { remoteRef: { key: 'k', property: 'b', version: '1' } }],
    undefined,
    [{ kind: 'value', store: 'store', key: 'k' }],
  ],
  [
    'tags',
    ours,
    [{ remoteRef: { key: 'k', metadataPolicy: 'Fetch' } }],
    undefined,
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
    undefined,
    [{ sourceRef: { generatorRef: { kind: 'UUID', name: 'x' } } }, {}],
    [],
  ],
  ['a SecretStore is none of the Space’s', { name: 'store' }, [{ remoteRef: { key: 'k' } }], undefined, []],
  ['no store at all', undefined, [{ remoteRef: { key: 'k' } }], [{ find: {} }], []],
  ['what is no list', ours, { key: 'k' }, 'broken', []],
])('%s', async (_what, store, data, dataFrom, expected) => {
  const [one] = await readAll(secret({ secretStoreRef: store, data, dataFrom }));
  expect(one?.reads).toEqual(expected);
});

test('a secret that Spaces has said nothing of, and one in a shape of its own', async () => {
  const none = { selector: null, provisioned: [], failed: [], stale: false, reads: [] };
  expect(await readAll({ ...named('g', 's'), spec: {} })).toMatchObject([none]);
  expect(await readAll({ ...named('g', 's'), spec: { externalSecretSpec: 'odd' }, status: 7 })).toMatchObject(
    [none],
  );
});

test('without the right, the stores are read all the same', async () => {
  const refused = denied('sharedexternalsecrets', 'spaces.upbound.io');
  const { read, reader } = setup({ stores: [{ ...named('g', 'one'), spec: {} }], secrets: refused });
  expect((await read()).stores).toHaveLength(1);
  expect(await reader.sharedSecrets()).toEqual({
    kind: 'unreadable',
    why: 'user "ci" may not list sharedexternalsecrets.spaces.upbound.io in all namespaces',
  });
});

test('where nothing depends on them, nobody is asked', async () => {
  const { reader, asked } = setup({ readsSecrets: false });
  expect(await reader.sharedSecrets()).toEqual({
    kind: 'unreadable',
    why: 'nothing depends on them here',
  });
  expect(asked).toEqual([]);
});

test('what fails otherwise is not taken for nothing', async () => {
  await expect(
    setup({ secrets: said(400, 'BadRequest', 'boom') }).reader.sharedSecrets(),
  ).rejects.toMatchObject({
    reason: 'cluster-access-denied',
  });
});
