/** IRSA: every check turns red for its own reason and for no other, and the access itself is proven. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { waitFor } from '../../sandbox/kubernetes/wait.ts';
import { SERVICE_ACCOUNT } from '../../sandbox/workload.ts';
import { replacePod } from './support/drift.ts';
import { clusterOf, exactIrsaTrust, ROLE_NAME, roleOf } from './support/role.ts';
import { namesOf, useScene } from './support/scene.ts';
import { expectNoSecrets } from './support/traces.ts';
import {
  addStore,
  checksOf,
  deleteStore,
  detailOf,
  keepTrust,
  notPassed,
  probed,
  unproven,
  useVerifying,
} from './support/verification.ts';

const scene = useScene({
  controlPlanes: [
    { group: 'team-a', name: 'one' },
    { group: 'team-a', name: 'two' },
  ],
});
const host = (name: string): string => scene.world.hostNamespace('team-a', name);
const inputs = { identity: 'irsa', 'fail-on-drift': 'false', 'comment-on-pr': 'false' };
const probes = { 'probe-secrets': 'prod/db/password', 'probe-parameters': '/prod/api/key' };
const proof = { 'prove-access': 'true', ...probes };

const { look, turns } = useVerifying(scene, { ...inputs, ...proof });

test('the first apply proves the access, though changes reach STS eight seconds late', async () => {
  // A store that lives on what the pods carry has failed so far, and is cleared by the restart.
  await addStore(scene, 'pods', ['one', 'two']);
  scene.world.aws.settings.propagationMs = 8_000;
  const run = await scene.succeed({ ...inputs, ...proof, mode: 'apply' });
  scene.world.aws.settings.propagationMs = 0;

  expect(notPassed(run)).toEqual([]);
  expect(checksOf(run, 'team-a/one')).toEqual([
    'service-account-annotation',
    'rollout',
    'pod-identity-injected',
    'trust-policy',
    'permissions',
    'store-auth',
    'store-status',
    'access-proof',
    'access-proof-negative',
  ]);
  expect(detailOf(run, 'team-a/one', 'store-status')).toBe('provisioned: team-a/pods');
  await deleteStore(scene, 'pods');
  const proven = detailOf(run, 'team-a/one', 'access-proof');
  expect(proven).toContain(`system:serviceaccount:${host('one')}:${SERVICE_ACCOUNT}`);
  expect(proven).toContain('read secret prod/db/password, parameter /prod/api/key');
  expect(proven).toContain(`assumed-role/${ROLE_NAME}/`);
  const refusedOnce = run.calls.some(
    ({ action, outcome }) => action === 'AssumeRoleWithWebIdentity' && outcome === 'AccessDenied',
  );
  expect(refusedOnce).toBe(true);
  await expectNoSecrets(scene, run, { more: probed });
  expect(run.summary).toMatch(/Verification/);
});

test('a check proves it too: few calls, nothing written, nothing shown', async () => {
  const run = await look();
  expect(notPassed(run)).toEqual([]);
  const simulations = namesOf(run.calls).filter((name) => name === 'iam:SimulatePrincipalPolicy');
  expect(simulations).toHaveLength(2);
  await expectNoSecrets(scene, run, { more: probed });
});

describe('each check on its own', () => {
  test('service-account-annotation', async () => {
    const annotate = async (value: string) =>
      await scene.world.kubectl([
        'annotate',
        'serviceaccount',
        SERVICE_ACCOUNT,
        '-n',
        host('one'),
        '--overwrite',
        `eks.amazonaws.com/role-arn=${value}`,
      ]);
    const arn = roleOf(scene).arn;
    const run = await turns(
      ['team-a/one service-account-annotation: fail'],
      async () => await annotate(`${arn}-other`),
      async () => {
        await annotate(arn);
        // The webhook sees it a moment later, and the next test makes a pod.
        await sleep(2 * scene.world.webhook.settings.cacheDelayMs);
      },
    );
    expect(detailOf(run, 'team-a/one', 'service-account-annotation')).toContain(`${arn}-other, not ${arn}`);
  });

  test('rollout: a new pod that finds no node, while the old one lives on', async () => {
    const deployment = ['deployment', 'external-secrets', '-n', host('one')];
    const patch = JSON.stringify({ spec: { template: { spec: { nodeSelector: { no: 'such' } } } } });
    await turns(
      ['team-a/one rollout: fail'],
      async () => {
        await scene.world.kubectl(['patch', ...deployment, '--type=merge', '-p', patch]);
        await waitFor({
          what: 'the new pod',
          timeoutMs: 30_000,
          check: async () =>
            (await scene.client.core.listNamespacedPod({ namespace: host('one') })).items.some(
              ({ status }) => status?.phase === 'Pending',
            ),
        });
      },
      async () => {
        await scene.world.kubectl(['rollout', 'undo', ...deployment]);
        await scene.client.waitForDeployment(host('one'), 'external-secrets');
      },
    );
  });

  test('pod-identity-injected: a pod that falls back to the node’s role', async () => {
    const run = await turns(
      ['team-a/one pod-identity-injected: fail'],
      async () => await replacePod(scene, host('one')),
      async () => {
        await scene.world.kubectl([
          'rollout',
          'restart',
          'deployment',
          'external-secrets',
          '-n',
          host('one'),
        ]);
        await scene.client.waitForDeployment(host('one'), 'external-secrets');
      },
    );
    expect(detailOf(run, 'team-a/one', 'pod-identity-injected')).toContain('falls back to the node’s role');
  });

  test('trust-policy: another namespace in place of ours, and with it the proof', async () => {
    const run = await turns(
      ['team-a/one trust-policy: fail', 'team-a/one access-proof: fail'],
      () =>
        scene.world.aws.iam.setTrustPolicy(
          ROLE_NAME,
          exactIrsaTrust(scene, ['mxp-other-system', host('two')]),
        ),
      keepTrust(scene),
    );
    expect(detailOf(run, 'team-a/one', 'trust-policy')).toContain('does not admit it');
    expect(detailOf(run, 'team-a/one', 'access-proof')).toContain(
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    );
    const tries = run.calls.filter(({ action }) => action === 'AssumeRoleWithWebIdentity');
    // Nothing was written, so nothing may be on its way: the workload and the stranger of each, once; nobody in `default`.
    expect(tries.filter(({ service }) => service === 'sts')).toHaveLength(5);
  });

  test('trust-policy: wider than was asked for', async () => {
    const { issuerPath, providerArn } = clusterOf(scene);
    const wide = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: providerArn },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: { [`${issuerPath}:aud`]: 'sts.amazonaws.com' },
            StringLike: { [`${issuerPath}:sub`]: `system:serviceaccount:*:${SERVICE_ACCOUNT}` },
          },
        },
      ],
    };
    const run = await turns(
      ['team-a/one trust-policy: fail', 'team-a/two trust-policy: fail'],
      () => scene.world.aws.iam.setTrustPolicy(ROLE_NAME, wide),
      keepTrust(scene),
    );
    expect(detailOf(run, 'team-a/one', 'trust-policy')).toContain('but also any namespace');
  });

  test('permissions: somebody’s policy lets the role write', async () => {
    const statement = { Effect: 'Allow', Action: 'secretsmanager:PutSecretValue', Resource: '*' };
    const { inlinePolicies } = scene.world.aws.iam.role(ROLE_NAME) ?? { inlinePolicies: {} };
    const run = await turns(
      ['team-a/one permissions: fail', 'team-a/two permissions: fail'],
      () =>
        scene.world.aws.iam.putRolePolicy(ROLE_NAME, 'somebodys', {
          Version: '2012-10-17',
          Statement: [statement],
        }),
      () => scene.world.aws.iam.editRole(ROLE_NAME, { inlinePolicies }),
    );
    expect(detailOf(run, 'team-a/one', 'permissions')).toContain(
      'may secretsmanager:PutSecretValue under prod/',
    );
  });

  test('store-auth: a store that makes the role assume itself', async () => {
    const run = await turns(
      ['team-a/two store-auth: fail'],
      async () => await addStore(scene, 'chained', ['two'], { role: roleOf(scene).arn }),
      async () => await deleteStore(scene, 'chained'),
    );
    expect(detailOf(run, 'team-a/two', 'store-auth')).toContain('take spec.provider.aws.role out');
  });

  test('store-status: a store that Spaces says has failed', async () => {
    const jwt = { auth: { jwt: { serviceAccountRef: { name: SERVICE_ACCOUNT } } } };
    await addStore(scene, 'sound', ['one', 'two'], jwt);
    const run = await turns(
      ['team-a/two store-auth: warn', 'team-a/two store-status: fail'],
      async () =>
        await addStore(scene, 'stray', ['two'], {
          auth: { jwt: { serviceAccountRef: { name: 'default' } } },
        }),
      async () => await deleteStore(scene, 'stray'),
    );
    expect(detailOf(run, 'team-a/two', 'store-status')).toContain(
      'an IAM role must be associated with service account default',
    );
    await deleteStore(scene, 'sound');
  });

  test('access-proof: the audience is gone from the provider', async () => {
    const { providers } = scene.world.aws.iam;
    const { providerArn } = clusterOf(scene);
    const there = providers.get(providerArn);
    const set = (clientIds: readonly string[]) => {
      if (there !== undefined) providers.set(providerArn, { ...there, clientIds: [...clientIds] }, 'settled');
    };
    const run = await turns(
      ['team-a/one access-proof: fail', 'team-a/two access-proof: fail'],
      () => set(['other']),
      () => set(there?.clientIds ?? []),
    );
    expect(detailOf(run, 'team-a/one', 'access-proof')).toContain('Incorrect token audience');
  });

  test('access-proof: a secret that the role may not read', async () => {
    const run = await look({ 'probe-secrets': 'other/thing', 'probe-parameters': '' });
    expect(notPassed(run)).toEqual(['team-a/one access-proof: fail', 'team-a/two access-proof: fail']);
    expect(detailOf(run, 'team-a/one', 'access-proof')).toContain(
      'secret other/thing: refused, AccessDenied',
    );
  });

  test('access-proof-negative: the trust policy admits the default service account as well', async () => {
    const { trustPolicy } = roleOf(scene);
    const text = JSON.stringify(trustPolicy).replace(
      `system:serviceaccount:${host('one')}:${SERVICE_ACCOUNT}"`,
      `system:serviceaccount:${host('one')}:${SERVICE_ACCOUNT}","system:serviceaccount:${host('one')}:default"`,
    );
    const run = await turns(
      ['team-a/one access-proof-negative: fail'],
      () => scene.world.aws.iam.setTrustPolicy(ROLE_NAME, text),
      keepTrust(scene),
    );
    expect(detailOf(run, 'team-a/one', 'access-proof-negative')).toContain(
      `${host('one')}:default could assume`,
    );
  });
});

test('a namesake in namespace default is refused too', async () => {
  await scene.world.kubectl(['create', 'serviceaccount', SERVICE_ACCOUNT, '-n', 'default']);
  const run = await look();
  expect(notPassed(run)).toEqual([]);
  expect(detailOf(run, 'team-a/one', 'access-proof-negative')).toContain(
    `system:serviceaccount:default:${SERVICE_ACCOUNT} is refused`,
  );
  await scene.world.kubectl(['delete', 'serviceaccount', SERVICE_ACCOUNT, '-n', 'default']);
});

test('when IAM throttles the simulation, the permissions are unknown, not passed', async () => {
  scene.world.aws.faults.add({
    action: 'iam:SimulatePrincipalPolicy',
    error: { code: 'Throttling', message: 'Rate exceeded', status: 400 },
    times: 100,
  });
  const run = await look(unproven);
  scene.world.aws.faults.clear();
  expect(notPassed(run)).toEqual(['team-a/one permissions: unknown', 'team-a/two permissions: unknown']);
});

test('when the job may not simulate, the role’s own policies are evaluated, and it says so', async () => {
  scene.world.aws.faults.add({
    action: 'iam:SimulatePrincipalPolicy',
    error: { code: 'AccessDenied', message: 'not authorized', status: 403 },
    times: 2,
  });
  const run = await look(unproven);
  scene.world.aws.faults.clear();
  expect(notPassed(run)).toEqual([]);
  expect(detailOf(run, 'team-a/one', 'permissions')).toContain('evaluated locally');
});
