/** More control planes than an exact trust policy of IRSA can name. */
import { expect, test } from '@jest/globals';
import { snapshot } from './support/cluster.ts';
import { clusterOf, roleOf } from './support/role.ts';
import { errorOf, jsonOf, useScene } from './support/scene.ts';

const apply = { mode: 'apply', identity: 'irsa' };

const scene = useScene({ controlPlanes: 17, groups: 3 });

test('17 control planes by exact subjects: refused before any write, with the ways out', async () => {
  const before = await snapshot(scene);
  const run = await scene.fail('quota-exceeded', apply);

  expect(run.writes).toEqual([]);
  expect(await snapshot(scene)).toEqual(before);
  expect(run.outputs).toMatchObject({ verdict: 'error', changed: 'false' });
  const message = errorOf(run);
  expect(message).toMatch(/the trust policy for 17 namespaces has \d+ characters, the account allows 2048/);
  for (const way of ['identity: pod-identity', 'trust-scope: pattern', 'L-C07B4B0D', 'control-planes'])
    expect(message).toContain(way);
  expect(message).toContain('Nothing was written.');
});

test('`plan` says the same', async () => {
  const run = await scene.fail('quota-exceeded', { ...apply, mode: 'plan' });
  expect(run.writes).toEqual([]);
});

test.each([
  ['Pod Identity', { identity: 'pod-identity' }],
  ['fewer control planes', { 'control-planes': 'team-a/*' }],
])('%s is a way out', async (_way, inputs) => {
  const run = await scene.succeed({ ...apply, ...inputs, mode: 'plan' });
  expect(run.outputs).toMatchObject({ verdict: 'changes' });
});

test('a higher quota is a way out', async () => {
  const { settings } = scene.world.aws;
  settings.trustPolicyQuota = 4_096;
  try {
    const run = await scene.succeed({ ...apply, mode: 'plan' });
    expect(run.outputs).toMatchObject({ verdict: 'changes' });
  } finally {
    settings.trustPolicyQuota = 2_048;
  }
});

test('`trust-scope: pattern` serves all 17', async () => {
  const run = await scene.succeed({ ...apply, 'trust-scope': 'pattern' });
  expect(run.writes).toEqual(['iam:CreateOpenIDConnectProvider', 'iam:CreateRole', 'iam:PutRolePolicy']);
  expect(run.outputs).toMatchObject({ verdict: 'applied', verified: 'true' });
  expect(jsonOf(run, 'restarted')).toHaveLength(17);
  const { issuerPath, providerArn } = clusterOf(scene);
  expect(roleOf(scene).trustPolicy).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: providerArn },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { [`${issuerPath}:aud`]: 'sts.amazonaws.com' },
          StringLike: {
            [`${issuerPath}:sub`]: 'system:serviceaccount:mxp-*-system:external-secrets-controller',
          },
        },
      },
    ],
  });
});
