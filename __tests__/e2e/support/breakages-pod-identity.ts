/** What can be wrong under EKS Pod Identity, each broken by hand: the checks that turn red for it, and no other. */
import { controllerPods, SERVICE_ACCOUNT } from '../../../sandbox/workload.ts';
import { associationOf, editAssociation, eksCluster } from './associations.ts';
import { exactPodIdentityTrust, ROLE_NAME, roleArn } from './role.ts';
import type { Scene } from './scene.ts';
import { addStore, deleteStore } from './shared-secrets.ts';
import { type Breakage, hostOf, keepTrust, type Undo } from './verification.ts';

const AGENT = 'eks-pod-identity-agent';
const OTHER_ROLE = 'made-by-hand';
const otherArn = ({ world }: Scene): string => world.aws.iam.arn(`role/${OTHER_ROLE}`);

const nodeOf = async (scene: Scene, name: 'one' | 'two'): Promise<string> =>
  (await controllerPods(scene, hostOf(scene, name)))[0]?.spec?.nodeName ?? '';

function pointElsewhere(scene: Scene): Undo {
  const before = associationOf(scene, hostOf(scene, 'one'));
  const { namespace, associationId } = before;
  const trustPolicy = exactPodIdentityTrust(scene, [namespace]);
  scene.world.aws.iam.createRole({ roleName: OTHER_ROLE, trustPolicy });
  editAssociation(scene, namespace, { roleArn: otherArn(scene) });
  return () => eksCluster(scene).associations.set(associationId, before);
}

/** As someone who gives the role away and takes it back: the pods keep what they got meanwhile. */
function changeAndTakeBack(scene: Scene): Undo {
  const undo = pointElsewhere(scene);
  editAssociation(scene, hostOf(scene, 'one'), { roleArn: roleArn(scene) });
  return undo;
}

function trustOtherNamespace(scene: Scene): Undo {
  const undo = keepTrust(scene);
  const trust = exactPodIdentityTrust(scene, ['mxp-other-system', hostOf(scene, 'two')]);
  scene.world.aws.iam.setTrustPolicy(ROLE_NAME, trust);
  return undo;
}

function degradeAgent(scene: Scene): Undo {
  const { addons } = eksCluster(scene);
  const addon = addons.get(AGENT);
  if (addon === undefined) throw new Error(`there is no add-on ${AGENT}`);
  addons.set(AGENT, { ...addon, status: 'DEGRADED' });
  return () => addons.set(AGENT, { ...addon, status: 'ACTIVE' });
}

async function makeNodeFargate(scene: Scene): Promise<Undo> {
  const node = ['label', 'node', await nodeOf(scene, 'one')];
  await scene.world.kubectl([...node, 'eks.amazonaws.com/compute-type=fargate']);
  return async () => await scene.world.kubectl([...node, 'eks.amazonaws.com/compute-type-']);
}

export const POD_IDENTITY_BREAKAGES: readonly Breakage[] = [
  {
    name: 'association: a role made by hand',
    red: () => [
      'team-a/one association: fail',
      'team-a/one credentials-fresh: fail',
      'team-a/one access-proof: fail',
    ],
    make: pointElsewhere,
    says: (scene) => ({
      'team-a/one association': `points to ${otherArn(scene)}`,
      'team-a/one access-proof': `assumed-role/${OTHER_ROLE}/`,
    }),
  },
  {
    name: 'credentials-fresh: the role was another one meanwhile',
    red: () => ['team-a/one credentials-fresh: fail'],
    make: changeAndTakeBack,
    says: () => ({ 'team-a/one credentials-fresh': 'it may hold credentials from before' }),
  },
  {
    name: 'trust-policy: another namespace in place of ours, and with it the proof',
    red: () => ['team-a/one trust-policy: fail', 'team-a/one access-proof: fail'],
    make: trustOtherNamespace,
    says: () => ({ 'team-a/one access-proof': 'AccessDenied' }),
  },
  {
    name: "store-auth: a store with auth.jwt can't work here",
    // Spaces says so too: it is the same fault, seen from the other side.
    red: () => ['team-a/two store-auth: fail', 'team-a/two store-status: fail'],
    make: async (scene) => {
      await addStore(scene, 'jwt', ['two'], {
        auth: { jwt: { serviceAccountRef: { name: SERVICE_ACCOUNT } } },
      });
      return async () => await deleteStore(scene, 'jwt');
    },
    says: () => ({ 'team-a/two store-auth': 'take `spec.provider.aws.auth.jwt` out' }),
  },
  {
    name: 'agent: the add-on is degraded',
    red: () => ['team-a/one agent: fail', 'team-a/two agent: fail'],
    make: degradeAgent,
    says: () => ({ 'team-a/one agent': 'the add-on is DEGRADED' }),
  },
  {
    name: "agent: a pod on a node that it can't serve",
    red: async (scene) => {
      const alike = (await nodeOf(scene, 'one')) === (await nodeOf(scene, 'two'));
      return ['team-a/one agent: fail', ...(alike ? ['team-a/two agent: fail'] : [])];
    },
    make: makeNodeFargate,
    says: () => ({ 'team-a/one agent': 'is on Fargate' }),
  },
];
