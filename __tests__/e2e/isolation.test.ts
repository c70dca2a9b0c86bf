/** One role for six control planes, and to each its own secrets: by either mechanism, on the move, and when somebody opens it. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { changesOf } from './support/drift.ts';
import { reading } from './support/reader.ts';
import { ROLE_NAME } from './support/role.ts';
import { errorOf, useScene } from './support/scene.ts';
import {
  BY_PLACEHOLDER,
  expectApart,
  expectShared,
  GROUPS,
  layOut,
  secretsBy,
  SHARED,
  TENANTS,
} from './support/six-tenants.ts';
import { detailOf, notPassed, verificationOf } from './support/verification.ts';

const scene = useScene({ controlPlanes: TENANTS, groups: GROUPS });
const OWN = 'teams/{group}/{name}/';
const own = { 'secret-prefixes': `shared/\n${OWN}`, 'comment-on-pr': 'false' };
const byNamespace = { ...own, 'secret-prefixes': 'shared/\ntenants/{namespace}/' };

beforeAll(() => {
  layOut(scene, [...secretsBy(scene, OWN), ...secretsBy(scene, 'tenants/{namespace}/')]);
});

describe('each reads its own and the common ones', () => {
  test('by Pod Identity, from nothing', async () => {
    const run = await scene.succeed({ ...own, identity: 'pod-identity', mode: 'apply' });
    expect(notPassed(run)).toEqual([]);
    expect(detailOf(run, 'team-a/web', 'isolation')).toContain(
      'reads teams/team-a/web/, and nothing of others',
    );
    await expectApart(scene, 'pod-identity', secretsBy(scene, OWN));
  });

  test('with probes: its own is read, another’s is refused', async () => {
    const run = await scene.succeed({
      ...own,
      identity: 'pod-identity',
      mode: 'check',
      'prove-access': 'true',
      'probe-secrets': `${OWN}key\n${SHARED}`,
    });
    expect(notPassed(run)).toEqual([]);
    expect(detailOf(run, 'team-a/web', 'access-proof')).toContain(
      'read secret teams/team-a/web/key, secret shared/key',
    );
    expect(detailOf(run, 'team-a/web', 'isolation')).toMatch(/; refused secret teams\/team-.*\/key of team-/);
  });

  test('a second apply writes nothing', async () => {
    const run = await scene.succeed({ ...own, identity: 'pod-identity', mode: 'apply' });
    expect(run.writes).toEqual([]);
    expect(run.outputs).toMatchObject({ changed: 'false', restarted: '[]' });
  });
});

test('what somebody opens by hand is found as drift and by the check, and put right', async () => {
  const { iam, region, account } = scene.world.aws;
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: `arn:aws:secretsmanager:${region}:${account}:secret:teams/team-b/*`,
      },
    ],
  };
  const { inlinePolicies = {} } = iam.role(ROLE_NAME) ?? {};
  iam.putRolePolicy(ROLE_NAME, 'by-hand', policy);
  const run = await scene.fail('drift', { ...own, identity: 'pod-identity', mode: 'check' });
  expect(changesOf(run)).toEqual({ 'role/foreign-policy/by-hand': 'foreign security' });
  const opened = verificationOf(run).checks.filter(
    ({ check, status }) => check === 'isolation' && status === 'fail',
  );
  expect(opened.map(({ controlPlane }) => controlPlane)).toHaveLength(6);
  expect(detailOf(run, 'team-a/web', 'isolation')).toContain('it may read teams/team-b/');
  iam.editRole(ROLE_NAME, { inlinePolicies });
});

describe('on the move a running pod never reads another’s, and but for its restart never loses its own', () => {
  test.each([
    ['to IRSA', 'irsa', own, OWN],
    ['back to Pod Identity', 'pod-identity', own, OWN],
  ] as const)('%s', async (_what, identity, inputs, prefix) => {
    const [run, read] = await reading(scene, secretsBy(scene, prefix), () =>
      scene.succeed({ ...inputs, identity, mode: 'apply' }),
    );
    expect(read.wrong).toEqual([]);
    expect(read.count).toBeGreaterThan(36);
    expect(notPassed(run)).toEqual([]);
    expect(run.outputs['plan']).toContain('"address":"role/access-policy/bridge"');
    await expectApart(scene, identity, secretsBy(scene, prefix));
  });

  test('from what all may read to what is each one’s own', async () => {
    const common = { ...own, 'secret-prefixes': 'shared/\nteams/' };
    await scene.succeed({ ...common, identity: 'pod-identity', mode: 'apply' });
    const run = await scene.succeed({ ...own, identity: 'pod-identity', mode: 'apply' });
    expect(run.writes).toEqual(['iam:PutRolePolicy']);
    expect(run.outputs).toMatchObject({ restarted: '[]' });
    await expectApart(scene, 'pod-identity', secretsBy(scene, OWN));
  });
});

test('{namespace} is one statement for all with Pod Identity, and one for each with IRSA', async () => {
  const run = await scene.succeed({ ...byNamespace, identity: 'pod-identity', mode: 'apply' });
  expect(notPassed(run)).toEqual([]);
  await expectApart(scene, 'pod-identity', secretsBy(scene, 'tenants/{namespace}/'));
  const document = scene.world.aws.iam.role(ROLE_NAME)?.inlinePolicies['spaces-workload-identity'] ?? '';
  expect(document).toContain('${aws:PrincipalTag/kubernetes-namespace}');
  expect(document.length).toBeLessThan(1_000);

  await scene.succeed({ ...byNamespace, identity: 'irsa', mode: 'apply' });
  await expectApart(scene, 'irsa', secretsBy(scene, 'tenants/{namespace}/'));
});

test('prefixes that would not keep them apart are refused, and both are named', async () => {
  const run = await scene.fail('invalid-input', {
    ...own,
    'secret-prefixes': 'teams/{name}/',
    identity: 'irsa',
    mode: 'apply',
  });
  expect(run.writes).toEqual([]);
  expect(errorOf(run)).toMatch(/teams\/shop\/ of team-.\/shop covers teams\/shop\/ of team-.\/shop/);
});

describe.each(['irsa', 'pod-identity'] as const)('by %s', (identity) => {
  test.each(BY_PLACEHOLDER)('%s: who shares it reads it, and nobody else', async (prefix, shares) => {
    const inputs = { ...own, identity, 'secret-prefixes': `shared/\n${prefix}` };
    const run = await scene.succeed({ ...inputs, mode: 'apply' });
    expect(notPassed(run)).toEqual([]);
    layOut(scene, secretsBy(scene, prefix));
    await expectShared(scene, identity, prefix, shares);
    const again = await scene.succeed({ ...inputs, mode: 'apply' });
    expect(again.writes).toEqual([]);
  });
});
