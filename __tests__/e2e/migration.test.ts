/** The paths of docs/migration.md, walked step by step: from what people set up by hand, or with Terraform, to this action. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { controllerPods, SERVICE_ACCOUNT } from '../../sandbox/workload.ts';
import { hostsOf, injectedIn } from './support/cluster.ts';
import { changesOf } from './support/drift.ts';
import { podIdentity, irsa as injectedByIrsa, type Injected } from './support/identity.ts';
import { ANNOTATION, sharedSecretsValues, upgradeByHand } from './support/release.ts';
import { clusterOf, exactPodIdentityTrust, prodAccess } from './support/role.ts';
import { sampled } from './support/sample.ts';
import { type Scene, useScene } from './support/scene.ts';
import { waitFor } from '../../sandbox/kubernetes/wait.ts';

const GUIDE_ROLE = 'the-role-of-the-guide';
const DEPLOYMENT = 'external-secrets';

const guideArn = ({ world }: Scene): string => world.aws.iam.arn(`role/${GUIDE_ROLE}`);
const uids = async (scene: Scene): Promise<readonly string[]> => {
  const pods = await Promise.all(hostsOf(scene).map(async (host) => await controllerPods(scene, host)));
  return pods.flat().map(({ metadata }) => metadata?.uid ?? '');
};

async function restartAll(scene: Scene): Promise<void> {
  for (const host of hostsOf(scene)) {
    await scene.world.kubectl(['rollout', 'restart', 'deployment', DEPLOYMENT, '-n', host]);
    await scene.client.waitForDeployment(host, DEPLOYMENT);
  }
}

/** Restarts until each pod carries it: by hand, one does not know when EKS's webhook has heard of it. */
async function restartUntil(scene: Scene, injected: Injected): Promise<void> {
  await waitFor({
    what: 'pods with the identity',
    timeoutMs: 120_000,
    check: async () => {
      await restartAll(scene);
      const carried = await injectedIn(scene, hostsOf(scene));
      return carried.every((one) => JSON.stringify(one) === JSON.stringify(injected));
    },
  });
}

interface Guide {
  readonly identity: 'irsa' | 'pod-identity';
  readonly trust: (scene: Scene) => object;
  readonly setUp: (scene: Scene) => Promise<void>;
}

const GUIDES: readonly Guide[] = [
  {
    identity: 'irsa',
    trust: (scene) => {
      const { issuerPath, providerArn } = clusterOf(scene);
      return {
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
    },
    setUp: async (scene) => {
      scene.world.aws.iam.createOidcProvider({
        url: `https://${clusterOf(scene).issuerPath}`,
        clientIds: ['sts.amazonaws.com'],
      });
      const customAnnotations = { [ANNOTATION]: guideArn(scene) };
      await upgradeByHand(scene, sharedSecretsValues({ serviceAccount: { customAnnotations } }));
      await restartUntil(scene, injectedByIrsa(guideArn(scene)));
    },
  },
  {
    identity: 'pod-identity',
    trust: () => ({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'pods.eks.amazonaws.com' },
          Action: ['sts:AssumeRole', 'sts:TagSession'],
        },
      ],
    }),
    setUp: async (scene) => {
      for (const namespace of hostsOf(scene))
        scene.world.aws.eks.addAssociation(scene.world.clusterName, {
          namespace,
          serviceAccount: SERVICE_ACCOUNT,
          roleArn: guideArn(scene),
        });
      await restartUntil(scene, podIdentity);
    },
  },
];

describe.each(sampled(GUIDES))('from the guide, typed by hand: $identity', ({ identity, trust, setUp }) => {
  const scene = useScene({ controlPlanes: 2, groups: 1, agent: 'addon' });
  const inputs = { identity, 'role-name': GUIDE_ROLE };
  const adopting = { ...inputs, adopt: 'true' };

  beforeAll(async () => {
    scene.world.aws.iam.createRole({
      roleName: GUIDE_ROLE,
      trustPolicy: trust(scene),
      inlinePolicies: { guide: prodAccess(scene) },
    });
    await setUp(scene);
  }, 300_000);

  test('without `adopt` nothing is touched', async () => {
    const run = await scene.fail('not-owned', { ...inputs, mode: 'apply' });
    expect(run.writes).toEqual([]);
  });

  test('the plan shows marks, trust, access and the policy of the guide, and restarts nobody', async () => {
    const run = await scene.succeed({ ...adopting, mode: 'plan' });
    expect(run.writes).toEqual([]);
    expect(changesOf(run)).toMatchObject({
      'role/trust-policy': expect.stringContaining('update'),
      'role/foreign-policy/guide': expect.stringContaining('foreign'),
    });
    expect(Object.keys(changesOf(run)).filter((id) => id.startsWith('restart/'))).toEqual([]);
  });

  test('applied: the trust is narrow, and the pods are the same', async () => {
    const before = await uids(scene);
    const run = await scene.succeed({ ...adopting, mode: 'apply' });
    expect(run.outputs['restarted']).toBe('[]');
    expect(await uids(scene)).toEqual(before);
  });

  test('the guide’s own policy is drift, until it is taken off', async () => {
    const drifted = await scene.fail('drift', { ...inputs, mode: 'check' });
    expect(drifted.outputs['verdict']).toBe('drifted');
    const { guide: _guide, ...rest } = scene.world.aws.iam.role(GUIDE_ROLE)?.inlinePolicies ?? {};
    scene.world.aws.iam.editRole(GUIDE_ROLE, { inlinePolicies: rest });
    const check = await scene.succeed({ ...inputs, mode: 'check' });
    expect(check.outputs).toMatchObject({ verdict: 'in-sync', verified: 'true' });
  });
});

describe('to a role made by Terraform, from the action’s own', () => {
  const scene = useScene({ controlPlanes: 1, groups: 1, agent: 'addon' });
  const own = { identity: 'pod-identity' };
  const terraform = () => ({
    ...own,
    'role-arn': scene.world.aws.iam.arn('role/spaces/shared-secrets'),
    'secret-prefixes': '',
    'parameter-prefixes': '',
  });

  test('the associations move to it, and it is not written', async () => {
    await scene.succeed({ ...own, mode: 'apply' });
    const [host = ''] = hostsOf(scene);
    scene.world.aws.iam.createRole({
      roleName: 'shared-secrets',
      path: '/spaces/',
      trustPolicy: exactPodIdentityTrust(scene, [host]),
      inlinePolicies: { access: prodAccess(scene) },
    });
    const run = await scene.succeed({ ...terraform(), mode: 'apply' });
    expect(run.writes.filter((write) => write.startsWith('iam:'))).toEqual([]);
    expect(run.outputs).toMatchObject({ verdict: 'applied', verified: 'true' });
    expect((await scene.succeed({ ...terraform(), mode: 'apply' })).writes).toEqual([]);
  });

  test('the old role is shown as left behind, and goes with destroy; Terraform’s stays', async () => {
    const check = await scene.succeed({ ...terraform(), mode: 'check' });
    expect(changesOf(check)).toMatchObject({ role: expect.stringContaining('keep') });
    await scene.succeed({ ...terraform(), mode: 'destroy' });
    expect(scene.world.aws.iam.role('space-prod-shared-secrets')).toBeUndefined();
    expect(scene.world.aws.iam.role('shared-secrets')).toBeDefined();
  });
});
