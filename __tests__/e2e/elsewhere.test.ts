/** Roles of another account: the workload's own by IRSA, one that stores go on to, and one that associations go on to. */
import { beforeAll, expect, test } from '@jest/globals';
import type { Account } from '../../sandbox/aws/index.ts';
import { changesOf } from './support/drift.ts';
import { clusterOf, exactIrsaTrust, ROLE_NAME, roleArn } from './support/role.ts';
import { jsonOf, useScene } from './support/scene.ts';
import {
  addSecret,
  addStore,
  deleteStore,
  keysFrom,
  otherAccount,
  readBy,
  untilStoreFails,
} from './support/shared-secrets.ts';
import { detailOf, hostOf, notPassed, ONE_AND_TWO } from './support/verification.ts';

const KEY = 'partner/db';
const scene = useScene({ controlPlanes: ONE_AND_TWO });
const hosts = (): readonly string[] => ONE_AND_TWO.map(({ name }) => hostOf(scene, name));
const noPrefixes = { 'secret-prefixes': '', 'parameter-prefixes': '' };
const probes = { 'prove-access': 'true', 'probe-secrets': KEY };

let account: Account;
let target = '';

beforeAll(() => {
  ({ account, roleArn: target } = otherAccount(scene, { principal: roleArn(scene), externalId: 'id-1' }));
  account.secrets.set(KEY, 'theirs');
});

test('the workload’s own role by IRSA: a namesake in this account is not judged, the proof tells', async () => {
  const { iam } = scene.world.aws;
  const { issuer = '' } = scene.world.aws.eks.cluster(scene.world.clusterName);
  const { arn: provider } = account.iam.createOidcProvider({ url: issuer, clientIds: ['sts.amazonaws.com'] });
  const trust = JSON.stringify(exactIrsaTrust(scene, hosts())).replace(
    clusterOf(scene).providerArn,
    provider,
  );
  const reads = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' };
  const { arn } = account.iam.createRole({
    roleName: 'workload',
    trustPolicy: trust,
    inlinePolicies: { reads: { Version: '2012-10-17', Statement: [reads] } },
  });
  iam.createRole({ roleName: 'workload', trustPolicy: exactIrsaTrust(scene, ['mxp-nobody-system']) });

  const inputs = { ...noPrefixes, identity: 'irsa', 'role-arn': arn };
  const applied = await scene.succeed({ ...inputs, ...probes, mode: 'apply' });
  // What can't be looked at, the proof vouches for: that is told.
  const told = ['permissions: warn', 'trust-policy: warn'];
  expect(notPassed(applied)).toEqual(
    ['one', 'two'].flatMap((name) => told.map((row) => `team-a/${name} ${row}`)),
  );
  expect(applied.outputs['verified']).toBe('true');
  expect(detailOf(applied, 'team-a/one', 'permissions')).toContain('the proof of access has passed');
  expect(applied.calls.map((call) => call.resource)).not.toContain(iam.arn('role/workload'));

  const unproven = await scene.fail('not-verified', { ...inputs, mode: 'check' });
  expect(unproven.outputs['verified']).toBe('false');
  expect(notPassed(unproven).filter((row) => row.startsWith('team-a/one '))).toEqual(
    expect.arrayContaining(['team-a/one permissions: unknown', 'team-a/one trust-policy: unknown']),
  );
  await scene.succeed({ ...inputs, mode: 'destroy' });
  expect(account.iam.role('workload')?.arn).toBe(arn);
}, 400_000);

test('one that a store goes on to, with session tags: named in `assume-roles`, or `store-auth` says what is missing', async () => {
  const inputs = { identity: 'pod-identity', 'assume-roles': target };
  await addStore(scene, 'partner', ['one'], { role: target, externalID: 'id-1', prefix: 'partner/' });
  await addSecret(scene, 'partner', ['one'], keysFrom('partner', 'db'));
  try {
    const applied = await scene.succeed({ ...inputs, mode: 'apply' });
    // What the other role may read, its own policy says.
    expect(notPassed(applied)).toEqual(['team-a/one secret-coverage: warn']);
    expect(await readBy(scene, 'one')).toMatchObject({ db: 'theirs' });

    // As somebody would write it who has not heard of session tags: AWS refuses the chain.
    const { iam } = scene.world.aws;
    const { inlinePolicies = {} } = iam.role(ROLE_NAME) ?? {};
    const name = 'spaces-workload-identity';
    const untagged = (inlinePolicies[name] ?? '').replaceAll('"sts:TagSession"', '"sts:GetCallerIdentity"');
    iam.editRole(ROLE_NAME, { inlinePolicies: { ...inlinePolicies, [name]: untagged } });
    scene.world.agent.forget();
    expect(await readBy(scene, 'one')).toMatchObject({ db: expect.stringContaining('sts:TagSession') });
    // External Secrets sees it at its next look at the store; from then on its pauses double.
    const { settings } = scene.world.space;
    const { recheckMs } = settings;
    settings.recheckMs = 0;
    await untilStoreFails(scene, 'partner', 'one');
    settings.recheckMs = recheckMs;
    const checked = await scene.fail('drift', { ...inputs, mode: 'check' });
    expect(changesOf(checked)).toEqual({ 'role/access-policy': 'update security' });
    expect(notPassed(checked)).toEqual(
      expect.arrayContaining(['team-a/one store-auth: fail', 'team-a/one store-status: fail']),
    );
    expect(detailOf(checked, 'team-a/one', 'store-auth')).toContain('sts:TagSession');

    const unnamed = await scene.fail('drift', { identity: 'pod-identity', mode: 'check' });
    expect(detailOf(unnamed, 'team-a/one', 'store-auth')).toContain(`add ${target} to \`assume-roles\``);

    const repaired = await scene.succeed({ ...inputs, mode: 'apply' });
    expect(repaired.writes).toEqual(['iam:PutRolePolicy']);
    expect(repaired.log).toContain('External Secrets looks again after pauses that double');
    expect(notPassed(repaired)).toEqual(['team-a/one secret-coverage: warn']);
  } finally {
    await deleteStore(scene, 'partner');
  }
}, 400_000);

test('one that the associations go on to: pods restart into it, and out of it again', async () => {
  account.iam.editRole('shared-reader', {
    trustPolicy: (account.iam.role('shared-reader')?.trustPolicy ?? '').replace(
      /,"Condition":\{[^}]*\}\}/,
      '',
    ),
  });
  const own = { identity: 'pod-identity' };
  const inputs = { ...own, 'target-role-arn': target };
  const applied = await scene.succeed({ ...inputs, ...probes, mode: 'apply' });
  expect(notPassed(applied)).toEqual([]);
  expect(jsonOf(applied, 'restarted')).toEqual(expect.arrayContaining([...hosts()]));
  const again = await scene.succeed({ ...inputs, mode: 'apply' });
  expect(again.writes).toEqual([]);

  const checked = await scene.fail('drift', { ...own, mode: 'check' });
  expect(Object.keys(changesOf(checked))).toEqual(
    expect.arrayContaining(hosts().map((name) => `association/${name}`)),
  );
  expect(detailOf(checked, 'team-a/one', 'association')).toContain('gives the pods a target role');
  const back = await scene.succeed({ ...own, mode: 'apply' });
  expect(back.writes.filter((write) => write === 'eks:UpdatePodIdentityAssociation')).toHaveLength(2);
  expect(notPassed(back)).toEqual([]);
  await scene.succeed({ ...own, mode: 'destroy' });
}, 400_000);
