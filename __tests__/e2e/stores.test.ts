/** What the stores live on: with `auth.jwt` they work by IRSA before the restart, and never by Pod Identity. */
import { expect, test } from '@jest/globals';
import { controllerPods, SERVICE_ACCOUNT } from '../../sandbox/workload.ts';
import { snapshot } from './support/cluster.ts';
import { injectedInto, irsa, none } from './support/identity.ts';
import { roleOf } from './support/role.ts';
import { jsonOf, useScene } from './support/scene.ts';
import { addSecret, addStore, deleteStore, keysFrom, untilStoreFails } from './support/shared-secrets.ts';
import { detailOf, hostOf, notPassed, ONE_AND_TWO } from './support/verification.ts';

const scene = useScene({ controlPlanes: ONE_AND_TWO });
const apply = { mode: 'apply', identity: 'irsa' };
const jwt = { auth: { jwt: { serviceAccountRef: { name: SERVICE_ACCOUNT } } } };
const byTier = (operator: string, value: string) => ({
  labelSelectors: [{ matchExpressions: [{ key: 'tier', operator, values: [value] }] }],
});
const carriedBy = async (name: 'one' | 'two') =>
  (await controllerPods(scene, hostOf(scene, name))).map(injectedInto);

test('a store that takes its own tokens works before the restart: without it, the pods are a warning', async () => {
  await addStore(scene, 'tokens', ['one'], jwt);
  await addStore(scene, 'pods', ['two']);
  const run = await scene.succeed({ ...apply, 'control-planes': 'team-a/one', restart: 'never' });

  expect(await carriedBy('one')).toEqual([none]);
  expect(run.outputs).toMatchObject({ verified: 'true', restarted: '[]' });
  expect(run.log).toContain(hostOf(scene, 'one'));
  expect(notPassed(run)).toEqual(['team-a/one pod-identity-injected: warn']);
  expect(detailOf(run, 'team-a/one', 'pod-identity-injected')).toContain(
    'the stores of this control plane sign in without it (`auth.jwt`)',
  );
  expect(detailOf(run, 'team-a/one', 'store-status')).toBe('provisioned: team-a/tokens');
});

test('a pod without the role is restarted all the same', async () => {
  const run = await scene.succeed(apply);
  const [one, two] = [hostOf(scene, 'one'), hostOf(scene, 'two')];
  expect(jsonOf(run, 'restarted')).toEqual([one, two].toSorted((a, b) => (a < b ? -1 : 1)));
  const { arn } = roleOf(scene);
  expect([await carriedBy('one'), await carriedBy('two')]).toEqual([[irsa(arn)], [irsa(arn)]]);
  expect(notPassed(run)).toEqual([]);
  expect(detailOf(run, 'team-a/one', 'store-status')).toBe('provisioned: team-a/tokens');
  expect(detailOf(run, 'team-a/two', 'store-status')).toBe('provisioned: team-a/pods');
});

test('nothing is left to do after that', async () => {
  const before = await snapshot(scene);
  const run = await scene.succeed(apply);
  expect(run.outputs).toMatchObject({ changed: 'false', 'change-count': '0', restarted: '[]' });
  expect(await snapshot(scene)).toEqual(before);
});

test('Pod Identity can’t serve a store with auth.jwt: the run says which field to take out', async () => {
  const run = await scene.fail('not-verified', { mode: 'apply', identity: 'pod-identity' });
  expect(notPassed(run)).toContain('team-a/one store-auth: fail');
  expect(detailOf(run, 'team-a/one', 'store-auth')).toContain(
    "team-a/tokens can't work with EKS Pod Identity: take `spec.provider.aws.auth.jwt` out",
  );
  expect(run.summary).toContain('Verification: ❌ not verified');
  expect(run.annotations.filter(({ level }) => level === 'error')).toHaveLength(1);

  // The run does not wait for Spaces to say so of a store that can't work: it says so some time later.
  await untilStoreFails(scene, 'tokens', 'one');
  const later = await scene.fail('not-verified', { mode: 'check', identity: 'pod-identity' });
  expect(notPassed(later)).toEqual(['team-a/one store-auth: fail', 'team-a/one store-status: fail']);
});

test('with namespaces named outright, what a store by labels selects is not known, unless Spaces has said it', async () => {
  const look = { mode: 'check', identity: 'pod-identity', namespaces: hostOf(scene, 'two') };
  await addStore(scene, 'labelled', byTier('In', 'gold'), jwt);
  const run = await scene.fail('not-verified', look);
  expect(notPassed(run)).toEqual([' store-auth: unknown', ' store-status: warn']);
  expect(detailOf(run, '', 'store-auth')).toContain("team-a/labelled can't work with EKS Pod Identity");
  await deleteStore(scene, 'labelled');
  await addStore(scene, 'labelled', byTier('NotIn', 'gold'), jwt);
  const told = await scene.fail('not-verified', look);
  expect(notPassed(told)).toEqual([' store-auth: fail', ' store-status: fail']);
  await deleteStore(scene, 'labelled');
});

test('with the field taken out all is well', async () => {
  await deleteStore(scene, 'tokens');
  await addStore(scene, 'tokens', ['one']);
  const run = await scene.succeed({ mode: 'check', identity: 'pod-identity' });
  expect(notPassed(run)).toEqual([]);
  expect(run.outputs).toMatchObject({ verdict: 'in-sync', verified: 'true' });
});

test('a key outside of the prefixes is named with the prefix that it needs, and who reads it is shown', async () => {
  const look = { mode: 'check', identity: 'pod-identity' };
  await addSecret(scene, 'app', ['one'], keysFrom('tokens', 'prod/db'));
  const sound = await scene.succeed(look);
  expect(notPassed(sound)).toEqual([]);
  expect(detailOf(sound, 'team-a/one', 'secret-coverage')).toBe('1 key of 1 secret is within its prefixes');
  expect(sound.summary).toContain('<summary>Who reads what by which role: 1</summary>');

  await addSecret(scene, 'app', ['one'], keysFrom('tokens', 'prod/db', 'test/db'));
  const outside = await scene.fail('not-verified', look);
  expect(notPassed(outside)).toContain('team-a/one secret-coverage: fail');
  expect(detailOf(outside, 'team-a/one', 'secret-coverage')).toBe(
    'team-a/app reads test/db through team-a/tokens: no prefix covers it: `secret-prefixes: test/` would',
  );
});
