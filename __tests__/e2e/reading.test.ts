/** What control planes read through their stores, with the credentials of their pods: their own, and nobody else's; and what Spaces says of it. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from '../../sandbox/kubernetes/wait.ts';
import { editAssociation } from './support/associations.ts';
import { type Identity, MECHANISMS } from './support/mechanisms.ts';
import { clusterOf, ROLE_NAME, roleArn } from './support/role.ts';
import { sampled } from './support/sample.ts';
import { type Scene, useScene } from './support/scene.ts';
import {
  addSecret,
  addStore,
  keysFrom,
  otherAccount,
  readBy,
  statusOfSecret,
} from './support/shared-secrets.ts';
import { detailOf, hostOf, ONE_AND_TWO } from './support/verification.ts';

const ISOLATED = 'isolated';
const denied = expect.stringMatching(/^! .*AccessDeniedException/);

const readingOf = (scene: Scene, name: string): object => {
  const { region, account } = scene.world.aws;
  const Resource = `arn:aws:secretsmanager:${region}:${account}:secret:${name}`;
  return { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource };
};

/** Statements by which each control plane reads only what is under its own host namespace. */
function isolating(scene: Scene, identity: Identity): readonly object[] {
  if (identity === 'pod-identity') return [readingOf(scene, '${aws:PrincipalTag/kubernetes-namespace}/*')];
  const { issuerPath } = clusterOf(scene);
  return ONE_AND_TWO.map(({ name }) => {
    const host = hostOf(scene, name);
    const sub = `system:serviceaccount:${host}:external-secrets-controller`;
    return {
      ...readingOf(scene, `${host}/*`),
      Condition: { StringEquals: { [`${issuerPath}:sub`]: sub } },
    };
  });
}

const put = (scene: Scene, statements: readonly object[], name = ISOLATED): void => {
  const document = { Version: '2012-10-17', Statement: statements };
  scene.world.aws.iam.putRolePolicy(ROLE_NAME, name, document);
};

describe.each(sampled(MECHANISMS))('$identity', ({ identity }) => {
  const scene = useScene({ controlPlanes: ONE_AND_TWO });
  const keyOf = (name: 'one' | 'two'): string => `${hostOf(scene, name)}/db`;
  beforeAll(async () => {
    for (const name of ['one', 'two'] as const) scene.world.aws.secrets.set(keyOf(name), `of ${name}`);
    await addStore(scene, 'secrets', ['one', 'two']);
    await addSecret(scene, 'both', ['one', 'two'], keysFrom('secrets', keyOf('one'), keyOf('two')));
    for (const name of ['one', 'two'] as const)
      await addSecret(scene, `own-${name}`, [name], keysFrom('secrets', keyOf(name)));
  }, 120_000);

  test('before the role is there nobody reads, and Spaces says why', async () => {
    const none = expect.stringContaining('no EC2 IMDS role found');
    expect(await readBy(scene, 'one')).toEqual({ [keyOf('one')]: none, [keyOf('two')]: none });
    expect(await statusOfSecret(scene, 'own-one')).toEqual({ one: none });
  });

  test('with the role bound to each control plane, each reads its own and is refused the other’s', async () => {
    // No prefix covers what the secrets ask for.
    const run = await scene.fail('not-verified', { mode: 'apply', identity });
    expect(detailOf(run, 'team-a/one', 'secret-coverage')).toContain(
      `team-a/own-one reads ${keyOf('one')} through team-a/secrets: no prefix covers it`,
    );
    expect(await readBy(scene, 'one')).toEqual({ [keyOf('one')]: denied, [keyOf('two')]: denied });
    put(scene, isolating(scene, identity));
    expect(await readBy(scene, 'one')).toEqual({ [keyOf('one')]: 'of one', [keyOf('two')]: denied });
    expect(await readBy(scene, 'two')).toEqual({ [keyOf('one')]: denied, [keyOf('two')]: 'of two' });
  });

  test('Spaces says of each secret where it can be read, and where not, why', async () => {
    const refused = expect.stringContaining('AccessDeniedException');
    const isSettled = async () => (await statusOfSecret(scene, 'own-two'))['two'] === 'provisioned';
    await waitFor({ what: 'the secrets to be read', timeoutMs: 30_000, check: isSettled });
    expect(await statusOfSecret(scene, 'own-one')).toEqual({ one: 'provisioned' });
    expect(await statusOfSecret(scene, 'both')).toEqual({ one: refused, two: refused });
  });

  test('a store goes on to a role of another account, with its external id', async () => {
    const { account, roleArn: target } = otherAccount(scene, {
      principal: roleArn(scene),
      externalId: 'id-1',
    });
    account.secrets.set('partner/db', 'theirs');
    await addStore(scene, 'partner', ['one'], { role: target, externalID: 'id-1', prefix: 'partner/' });
    await addSecret(scene, 'partner', ['one'], keysFrom('partner', 'db'));
    const refused = expect.stringContaining(
      `not authorized to perform: sts:AssumeRole on resource: ${target}`,
    );
    expect(await readBy(scene, 'one')).toMatchObject({ db: refused });
    const actions = ['sts:AssumeRole', ...(identity === 'pod-identity' ? ['sts:TagSession'] : [])];
    put(scene, [{ Effect: 'Allow', Action: actions, Resource: target }], 'goes-on');
    expect(await readBy(scene, 'one')).toMatchObject({ db: 'theirs', [keyOf('one')]: 'of one' });
  });

  if (identity === 'pod-identity')
    test('by session policies: a pod that runs keeps what it was given, until the agent asks again', async () => {
      const { aws, agent } = scene.world;
      const trust = { Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' } };
      const Condition = { ArnEquals: { 'aws:SourceArn': clusterOf(scene).arn } };
      const Statement = [{ ...trust, Action: ['sts:AssumeRole', 'sts:TagSession'], Condition }];
      aws.iam.setTrustPolicy(ROLE_NAME, { Version: '2012-10-17', Statement });
      put(scene, [readingOf(scene, '*')]);
      const both = { [keyOf('one')]: 'of one', [keyOf('two')]: 'of two' };
      expect(await readBy(scene, 'two')).toEqual(both);
      const policy = JSON.stringify({
        Version: '2012-10-17',
        Statement: [readingOf(scene, keyOf('two') + '*')],
      });
      editAssociation(scene, hostOf(scene, 'two'), { disableSessionTags: true, policy });
      expect(await readBy(scene, 'two')).toEqual(both);
      agent.forget();
      expect(await readBy(scene, 'two')).toEqual({ ...both, [keyOf('one')]: denied });
    });
});
