/** What can be wrong under IRSA, each broken by hand: the checks that turn red for it, and no other. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { waitFor } from '../../../sandbox/kubernetes/wait.ts';
import { SERVICE_ACCOUNT } from '../../../sandbox/workload.ts';
import { ANNOTATION } from './release.ts';
import { clusterOf, exactIrsaTrust, ROLE_NAME, roleOf } from './role.ts';
import type { Scene } from './scene.ts';
import { addStore, deleteStore } from './shared-secrets.ts';
import { type Breakage, hostOf, keepTrust, type Undo } from './verification.ts';
import { replacePod } from './webhook.ts';

const deployment = (scene: Scene): readonly string[] => [
  'deployment',
  'external-secrets',
  '-n',
  hostOf(scene, 'one'),
];

async function annotateOtherRole(scene: Scene): Promise<Undo> {
  const account = ['serviceaccount', SERVICE_ACCOUNT, '-n', hostOf(scene, 'one')];
  const annotate = (value: string): Promise<string> =>
    scene.world.kubectl(['annotate', ...account, '--overwrite', `${ANNOTATION}=${value}`]);
  const { arn } = roleOf(scene);
  // The webhook sees it a moment later, and both the check and the next test make a pod.
  const isSeen = async (): Promise<void> => await sleep(2 * scene.world.webhook.settings.cacheDelayMs);
  await annotate(`${arn}-other`);
  await isSeen();
  return async () => {
    await annotate(arn);
    await isSeen();
  };
}

async function askForNoSuchNode(scene: Scene): Promise<Undo> {
  const patch = JSON.stringify({ spec: { template: { spec: { nodeSelector: { no: 'such' } } } } });
  await scene.world.kubectl(['patch', ...deployment(scene), '--type=merge', '-p', patch]);
  const check = async () => {
    const { items } = await scene.client.core.listNamespacedPod({ namespace: hostOf(scene, 'one') });
    return items.some(({ status }) => status?.phase === 'Pending');
  };
  await waitFor({ what: 'the new pod', timeoutMs: 30_000, check });
  return async () => {
    await scene.world.kubectl(['rollout', 'undo', ...deployment(scene)]);
    await scene.client.waitForDeployment(hostOf(scene, 'one'), 'external-secrets');
  };
}

async function replacePodOfOne(scene: Scene): Promise<Undo> {
  await replacePod(scene, hostOf(scene, 'one'));
  return async () => {
    await scene.world.kubectl(['rollout', 'restart', ...deployment(scene)]);
    await scene.client.waitForDeployment(hostOf(scene, 'one'), 'external-secrets');
  };
}

function trustOtherNamespace(scene: Scene): Undo {
  const undo = keepTrust(scene);
  const trust = exactIrsaTrust(scene, ['mxp-other-system', hostOf(scene, 'two')]);
  scene.world.aws.iam.setTrustPolicy(ROLE_NAME, trust);
  return undo;
}

function trustEveryNamespace(scene: Scene): Undo {
  const undo = keepTrust(scene);
  const { issuerPath, providerArn } = clusterOf(scene);
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: providerArn },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: { [`${issuerPath}:aud`]: 'sts.amazonaws.com' },
      StringLike: { [`${issuerPath}:sub`]: `system:serviceaccount:*:${SERVICE_ACCOUNT}` },
    },
  };
  scene.world.aws.iam.setTrustPolicy(ROLE_NAME, { Version: '2012-10-17', Statement: [statement] });
  return undo;
}

function trustDefaultToo(scene: Scene): Undo {
  const undo = keepTrust(scene);
  const subject = `system:serviceaccount:${hostOf(scene, 'one')}`;
  const text = JSON.stringify(roleOf(scene).trustPolicy).replace(
    `${subject}:${SERVICE_ACCOUNT}"`,
    `${subject}:${SERVICE_ACCOUNT}","${subject}:default"`,
  );
  scene.world.aws.iam.setTrustPolicy(ROLE_NAME, text);
  return undo;
}

function allowWriting({ world }: Scene): Undo {
  const { iam } = world.aws;
  const { inlinePolicies } = iam.role(ROLE_NAME) ?? { inlinePolicies: {} };
  const Statement = [{ Effect: 'Allow', Action: 'secretsmanager:PutSecretValue', Resource: '*' }];
  iam.putRolePolicy(ROLE_NAME, 'somebodys', { Version: '2012-10-17', Statement });
  return () => iam.editRole(ROLE_NAME, { inlinePolicies });
}

function changeAudience(scene: Scene): Undo {
  const { providers } = scene.world.aws.iam;
  const { providerArn } = clusterOf(scene);
  const provider = providers.get(providerArn);
  if (provider === undefined) throw new Error('there is no provider');
  providers.set(providerArn, { ...provider, clientIds: ['other'] }, 'settled');
  return () => providers.set(providerArn, provider, 'settled');
}

const authOf = (name: string) => ({ auth: { jwt: { serviceAccountRef: { name } } } });

async function addStrayStore(scene: Scene): Promise<Undo> {
  await addStore(scene, 'sound', ['one', 'two'], authOf(SERVICE_ACCOUNT));
  await addStore(scene, 'stray', ['two'], authOf('default'));
  return async () => {
    await deleteStore(scene, 'stray');
    await deleteStore(scene, 'sound');
  };
}

export const IRSA_BREAKAGES: readonly Breakage[] = [
  {
    name: 'service-account-annotation: another role',
    red: () => ['team-a/one service-account-annotation: fail', 'team-a/one injection-forecast: fail'],
    make: annotateOtherRole,
    says: (scene) => {
      const { arn } = roleOf(scene);
      return { 'team-a/one service-account-annotation': `${arn}-other, not ${arn}` };
    },
  },
  {
    name: 'rollout: a new pod that finds no node, while the old one lives on',
    red: () => ['team-a/one rollout: fail'],
    make: askForNoSuchNode,
    says: () => ({}),
  },
  {
    name: "pod-identity-injected: a pod that falls back to the node's role",
    red: () => ['team-a/one pod-identity-injected: fail'],
    make: replacePodOfOne,
    says: () => ({ 'team-a/one pod-identity-injected': "falls back to the node's role" }),
  },
  {
    name: 'trust-policy: another namespace in place of ours, and with it the proof',
    red: () => ['team-a/one trust-policy: fail', 'team-a/one access-proof: fail'],
    make: trustOtherNamespace,
    says: () => ({
      'team-a/one trust-policy': 'does not admit it',
      'team-a/one access-proof': 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    }),
    also: ({ calls }) => {
      const tries = calls.filter(({ action }) => action === 'AssumeRoleWithWebIdentity');
      // Nothing was written, so nothing may be on its way: the workload and the stranger of each, once; nobody in `default`.
      expect(tries.filter(({ service }) => service === 'sts')).toHaveLength(5);
    },
  },
  {
    name: 'trust-policy: wider than was asked for',
    red: () => ['team-a/one trust-policy: fail', 'team-a/two trust-policy: fail'],
    make: trustEveryNamespace,
    says: () => ({ 'team-a/one trust-policy': 'but also any namespace' }),
  },
  {
    name: "permissions: somebody's policy lets the role write",
    red: () => ['team-a/one permissions: fail', 'team-a/two permissions: fail'],
    make: allowWriting,
    says: () => ({ 'team-a/one permissions': 'may secretsmanager:PutSecretValue under prod/' }),
  },
  {
    name: 'store-auth: a store that makes the role assume itself',
    // Spaces says so too: STS refuses it.
    red: () => ['team-a/two store-auth: fail', 'team-a/two store-status: fail'],
    make: async (scene) => {
      await addStore(scene, 'chained', ['two'], { role: roleOf(scene).arn });
      return async () => await deleteStore(scene, 'chained');
    },
    says: () => ({
      'team-a/two store-auth': 'take `spec.provider.aws.role` out',
      'team-a/two store-status': 'is not authorized to perform: sts:AssumeRole',
    }),
  },
  {
    name: 'store-status: a store that Spaces says has failed',
    red: () => ['team-a/two store-auth: warn', 'team-a/two store-status: fail'],
    make: addStrayStore,
    says: () => ({
      'team-a/two store-status': 'an IAM role must be associated with service account default',
    }),
  },
  {
    name: 'access-proof and trust-policy: the audience is gone from the provider',
    red: () =>
      ['one', 'two'].flatMap((name) => [
        ...['access-proof', 'trust-policy'].map((check) => `team-a/${name} ${check}: fail`),
        // STS does not come to the role: others are refused for their tokens too.
        `team-a/${name} access-proof-negative: unknown`,
      ]),
    make: changeAudience,
    says: () => ({
      'team-a/one access-proof': 'Incorrect token audience',
      'team-a/one trust-policy': 'does not list audience sts.amazonaws.com',
    }),
  },
  {
    name: 'access-proof-negative: the trust policy admits the default service account as well',
    red: () => [
      'team-a/one access-proof-negative: fail',
      'team-a/one trust-policy: warn',
      'team-a/two trust-policy: warn',
    ],
    make: trustDefaultToo,
    says: (scene) => ({
      'team-a/two trust-policy': `and with it system:serviceaccount:${hostOf(scene, 'one')}:default`,
      'team-a/one access-proof-negative': `${hostOf(scene, 'one')}:default could assume`,
    }),
  },
];
