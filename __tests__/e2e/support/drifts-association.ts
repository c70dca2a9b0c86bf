/** Drift of associations and of the agent, made by hand in EKS. */
import { expect } from '@jest/globals';
import { waitFor } from '../../../sandbox/kubernetes/wait.ts';
import { associationOf, editAssociation, eksCluster } from './associations.ts';
import { expectNoRestart, type HandMade } from './drift.ts';
import { ourTags, ROLE_NAME, roleArn } from './role.ts';
import type { Scene } from './scene.ts';

const AGENT = 'eks-pod-identity-agent';
/** The host namespace whose association is changed. */
export const hostOf = ({ world }: Scene): string => world.hostNamespace('team-a', 'ctp-1');

const associationDrift = (
  name: string,
  found: string,
  make: (scene: Scene) => unknown,
  restarts = true,
): HandMade => ({
  name: `the association ${name}`,
  // Its pods keep the credentials that they have until they are made anew.
  found: (scene) => ({
    [`association/${hostOf(scene)}`]: found,
    ...(restarts && { [`restart/${hostOf(scene)}`]: 'restart availability' }),
  }),
  make,
  healed: (scene, run) => {
    if (restarts) expect(run.outputs['restarted']).toBe(JSON.stringify([hostOf(scene)]));
    else expectNoRestart(run);
    const association = associationOf(scene, hostOf(scene));
    expect(association).not.toHaveProperty('targetRoleArn');
    expect(association).toMatchObject({
      roleArn: roleArn(scene),
      disableSessionTags: false,
      tags: { ...ourTags(scene), team: 'platform' },
    });
  },
});

async function deleteAgent(scene: Scene): Promise<void> {
  eksCluster(scene).addons.delete(AGENT);
  const check = async () => {
    const namespace = { namespace: 'kube-system' };
    const sets = await scene.client.apps.listNamespacedDaemonSet(namespace);
    const pods = await scene.client.core.listNamespacedPod(namespace);
    // Its pods go some time after it.
    return [...sets.items, ...pods.items].every(({ metadata }) => metadata?.name?.startsWith(AGENT) !== true);
  };
  await waitFor({ what: 'the end of the agent', timeoutMs: 30_000, check });
}

/** Every association of the account may hand the role out. */
const everyAssociation = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'pods.eks.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
    },
  ],
};

export const POD_IDENTITY_DRIFTS: readonly HandMade[] = [
  associationDrift('is deleted', 'create security', (scene) =>
    eksCluster(scene).associations.delete(associationOf(scene, hostOf(scene)).associationId),
  ),
  associationDrift('points elsewhere', 'update security', (scene) =>
    editAssociation(scene, hostOf(scene), { roleArn: scene.world.aws.iam.arn('role/made-by-hand') }),
  ),
  associationDrift('has its session tags off', 'update availability', (scene) =>
    editAssociation(scene, hostOf(scene), { disableSessionTags: true }),
  ),
  associationDrift('goes on to a target role', 'update security', (scene) =>
    editAssociation(scene, hostOf(scene), {
      targetRoleArn: scene.world.aws.iam.arn('role/target'),
      externalId: 'id-1',
    }),
  ),
  associationDrift(
    'has lost a tag',
    'update hygiene',
    (scene) => editAssociation(scene, hostOf(scene), { tags: ourTags(scene) }),
    false,
  ),
  {
    name: 'the association pointed elsewhere for a while',
    found: (scene) => ({ [`restart/${hostOf(scene)}`]: 'restart availability' }),
    make: (scene) => editAssociation(scene, hostOf(scene), { roleArn: roleArn(scene) }),
    healed: (scene, run) => expect(run.outputs['restarted']).toBe(JSON.stringify([hostOf(scene)])),
  },
  {
    name: 'the agent add-on is deleted, and EKS takes its DaemonSet away',
    found: () => ({ agent: 'create availability' }),
    make: deleteAgent,
    healed: (scene) => expect(eksCluster(scene).addons.has(AGENT)).toBe(true),
  },
  {
    name: 'the trust policy is widened',
    found: () => ({ 'role/trust-policy': 'update security' }),
    make: (scene) => scene.world.aws.iam.setTrustPolicy(ROLE_NAME, everyAssociation),
  },
];
