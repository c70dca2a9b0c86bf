/** Every field of every operation is part of the digest: what would be written otherwise is another plan. */
import { describe, expect, test } from '@jest/globals';
import type { Change } from '../../src/model/change.ts';
import type { Json } from '../../src/model/json.ts';
import type { Operation, Write } from '../../src/model/write.ts';
import { digest } from '../../src/plan/digest.ts';
import { fingerprints } from '../../src/plan/fingerprints.ts';
import { makeChange } from '../../src/resources/change-maker.ts';
import { OURS, ROLE_ARN } from '../support/names.ts';
import { PODS, settledPods } from '../support/settled.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';

const document = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['a', 'b'], Resource: '*' }],
} as const;
const replaces = { Statement: [{ Effect: 'Deny', Action: 'c', Resource: 'x' }] } as const;
const planned = { roleArn: ROLE_ARN, targetRoleArn: 'arn:s', tags: OURS };
const key = { clusterName: 'c', namespace: 'n', serviceAccount: 's' };
const restart = { op: 'restart', namespace: 'n', deployment: 'd', serviceAccount: 's' } as const;

/** One of each operation; the compiler asks for those that are added. Some have more than one form. */
const WRITES: { readonly [O in Operation]: readonly (Write & { readonly op: O })[] } = {
  'create-oidc-provider': [
    { op: 'create-oidc-provider', arn: 'arn', url: 'url', audiences: ['x'], tags: OURS },
  ],
  'add-audience': [{ op: 'add-audience', providerArn: 'arn', audience: 'x' }],
  'delete-oidc-provider': [
    {
      op: 'delete-oidc-provider',
      ownRoles: [ROLE_ARN],
      providerArn: 'arn',
      replaces: { audiences: ['x'], tags: OURS },
    },
  ],
  'create-role': [
    {
      op: 'create-role',
      name: 'r',
      path: '/',
      permissionsBoundary: 'b',
      tags: OURS,
      trustPolicy: document,
    },
  ],
  'delete-role': [{ op: 'delete-role', roleName: 'r', tags: OURS, trustPolicy: document }],
  'tag-role': [{ op: 'tag-role', roleName: 'r', tags: OURS, replaces: { a: 'b' } }],
  'put-permissions-boundary': [
    { op: 'put-permissions-boundary', roleName: 'r', permissionsBoundary: 'b', replaces: null },
    { op: 'put-permissions-boundary', roleName: 'r', permissionsBoundary: 'b', replaces: 'a' },
  ],
  'put-trust-policy': [{ op: 'put-trust-policy', roleName: 'r', document, replaces }],
  'narrow-trust-policy': [{ op: 'narrow-trust-policy', roleName: 'r', document, replaces }],
  'narrow-inline-policy': [
    { op: 'narrow-inline-policy', roleName: 'r', policyName: 'p', document, replaces },
  ],
  'put-inline-policy': [
    { op: 'put-inline-policy', roleName: 'r', policyName: 'p', document, replaces },
    { op: 'put-inline-policy', roleName: 'r', policyName: 'p', document, replaces: null },
  ],
  'create-add-on': [{ op: 'create-add-on', clusterName: 'c', addOn: 'a' }],
  'create-association': [
    { op: 'create-association', ...key, roleArn: ROLE_ARN, targetRoleArn: 'arn:t', tags: OURS },
  ],
  'update-association': [
    {
      op: 'update-association',
      disableSessionTags: false,
      ...key,
      roleArn: ROLE_ARN,
      targetRoleArn: 'arn:t',
      tags: OURS,
      associationId: 'a-1',
      associationArn: 'arn:1',
      replaces: planned,
    },
  ],
  'delete-association': [{ op: 'delete-association', ...key, associationId: 'a-1', replaces: planned }],
  'set-value': [
    { op: 'set-value', path: ['x', 'y'], value: { z: [1, true] }, deployedVersion: '1.17.1' },
    { op: 'set-value', path: ['x', 'y'], value: null, deployedVersion: '1.17.1' },
  ],
  'upgrade-anew': [{ op: 'upgrade-anew', revision: 4, deployedVersion: '1.17.1' }],
  'await-annotation': [
    { op: 'await-annotation', namespace: 'n', serviceAccount: 's', until: { is: ROLE_ARN } },
    { op: 'await-annotation', namespace: 'n', serviceAccount: 's', until: { isNoneOf: [ROLE_ARN] } },
  ],
  restart: [
    { ...restart, expect: { kind: 'with-role', identity: 'irsa', roleArn: ROLE_ARN } },
    { ...restart, expect: { kind: 'without-role', roleArns: [ROLE_ARN], othersAssociation: true } },
  ],
  'await-control-plane': [{ op: 'await-control-plane', controlPlane: 'g/n' }],
  none: [{ op: 'none' }],
};

/** Random ids: the same plan for the same association made anew. */
const RANDOM: ReadonlySet<string> = new Set(['associationId', 'associationArn']);

/** The same data with another value in one place, for each place; with the names of the way to it. */
function* spoilt(data: Json): Generator<readonly [where: readonly string[], data: Json]> {
  if (typeof data !== 'object' || data === null) {
    yield [[], typeof data === 'string' ? `${data}-other` : 'other'];
    return;
  }
  if (isList(data)) {
    for (const [n, item] of data.entries())
      for (const [where, other] of spoilt(item)) yield [[String(n), ...where], data.with(n, other)];
    yield [['more'], [...data, 'more']];
    return;
  }
  for (const [name, item] of Object.entries(data))
    for (const [where, other] of spoilt(item)) yield [[name, ...where], { ...data, [name]: other }];
}

function isList(data: Json): data is readonly Json[] {
  return Array.isArray(data);
}

const desired = desiredOf(PODS);
const world = worldOf(PODS, settledPods());
const identity = (change: Change) => [
  digest(desired, world, [change]),
  fingerprints({ changes: [change] })[change.address],
];

const draft = { id: 'id', action: 'update', target: 't', reason: 'r', severity: 'hygiene' } as const;
const plain = makeChange(draft, { op: 'none' });

// eslint-disable-next-line typescript/no-unsafe-type-assertion -- a write spoilt on purpose
const writing = (write: Json): Change => ({ ...plain, write: write as unknown as Write });

const rows = Object.values(WRITES)
  .flat()
  .flatMap((write) => {
    const data: Json = { ...write };
    return [...spoilt(data)].map(
      ([where, other]) => [`${write.op} ${where.join('.')}`, where, data, other] as const,
    );
  });

describe('what is written', () => {
  test('is known for every operation, down to its leaves', () => {
    expect(rows.length).toBeGreaterThan(90);
    expect(new Set(rows.map(([name]) => name.split(' ')[0])).size).toBe(Object.keys(WRITES).length);
  });

  test.each(rows)('%s', (_name, [field = ''], data, other) => {
    const [before, after] = [writing(data), writing(other)].map(identity);
    const expected = RANDOM.has(field) ? 'same' : 'different';
    const seen = (n: number) => (before?.[n] === after?.[n] ? 'same' : 'different');
    expect([seen(0), seen(1)]).toEqual([expected, expected]);
  });

  test('to a value at one path is not written to another of the same keys', () => {
    const value = { op: 'set-value', value: true, deployedVersion: '1' } as const;
    const [straight, swapped] = [
      ['x', 'y'],
      ['y', 'x'],
    ].map((path) => identity(writing({ ...value, path })));
    expect(straight?.[0]).not.toBe(swapped?.[0]);
    expect(straight?.[1]).not.toBe(swapped?.[1]);
  });
});

describe('what is said of a change', () => {
  test.each<Partial<Change>>([
    { address: 'other' },
    { action: 'create' },
    { severity: 'security' },
    { effect: 'restarts 1 pod' },
    { before: { a: 1 } },
    { after: { a: 1 } },
  ])('makes another plan: %j', (other) => {
    const change = { ...plain, ...other };
    expect(digest(desired, world, [change])).not.toBe(digest(desired, world, [plain]));
    expect(fingerprints({ changes: [change] })).not.toEqual(fingerprints({ changes: [plain] }));
  });

  test.each<Partial<Change>>([{ reason: 'pod external-secrets-1: x' }, { target: 'n/s (a-2)' }])(
    'makes the same plan: %j',
    (other) => {
      expect(identity({ ...plain, ...other })).toEqual(identity(plain));
    },
  );
});
