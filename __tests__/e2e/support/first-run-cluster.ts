/** First runs that are signed in to AWS, and don't get into the cluster. */
import { ANY_CLUSTER, both, type FirstRun, policyOfJob, RUNNER, type Undo, until } from './first-run.ts';
import { eksCluster } from './associations.ts';
import type { Inputs, Scene } from './scene.ts';

const OTHER_ACCOUNT = '444455556666';
/** Nobody listens there. */
const CLOSED = 'https://127.0.0.1:9';

/** The endpoint as a runner finds it that doesn't reach it. */
function endpoint(
  scene: Scene,
  access: { endpointPublicAccess: boolean; publicAccessCidrs: string[] },
): Undo {
  const cluster = eksCluster(scene);
  const { endpoint: before, endpointPublicAccess, publicAccessCidrs } = cluster;
  Object.assign(cluster, { endpoint: CLOSED, ...access });
  return () => void Object.assign(cluster, { endpoint: before, endpointPublicAccess, publicAccessCidrs });
}

function accessEntry(scene: Scene, groups: string[] | undefined): Undo {
  const { accessEntries } = eksCluster(scene);
  const { runnerRoleArn } = scene.world;
  const before = accessEntries.get(runnerRoleArn);
  if (groups === undefined || before === undefined) accessEntries.delete(runnerRoleArn);
  else accessEntries.set(runnerRoleArn, { ...before, groups });
  return () => void (before === undefined || accessEntries.set(runnerRoleArn, before));
}

/** The same role, in an account that has no cluster. */
function roleElsewhere({ world: { aws, github } }: Scene): Inputs {
  const { iam } = aws.addAccount(OTHER_ACCOUNT);
  iam.createOidcProvider({ url: github.job.issuer, clientIds: ['sts.amazonaws.com'] });
  const trust = aws.iam.role(RUNNER)?.trustPolicy ?? '';
  const { arn } = iam.createRole({
    roleName: RUNNER,
    trustPolicy: trust.replaceAll(aws.account, OTHER_ACCOUNT),
    inlinePolicies: { runner: ANY_CLUSTER },
  });
  return { 'role-to-assume': arn };
}

/** Whether the job's group may list control planes. */
async function mayList({ world }: Scene): Promise<boolean> {
  const asked = ['auth', 'can-i', 'list', 'controlplanes.spaces.upbound.io', '--all-namespaces'];
  const answer = await world
    .kubectl([...asked, '--as', RUNNER, '--as-group', 'spaces-workload-identity'])
    .catch(() => 'no');
  return answer.trim() === 'yes';
}

export const CLUSTER: readonly FirstRun[] = [
  {
    wrong: "The job's role has no permission policy",
    reason: 'access-denied',
    make: (scene) => policyOfJob(scene, undefined),
    says: [
      'eks:DescribeCluster',
      '/permissions/iam/plan-pod-identity.json',
      `put-role-policy --role-name ${RUNNER}`,
    ],
  },
  {
    wrong: 'A mistake in `cluster-name`',
    reason: 'access-denied',
    inputs: { 'cluster-name': 'space-prd' },
    says: ['Check `cluster-name` and `aws-region` first', 'aws eks list-clusters --region eu-central-1'],
  },
  {
    wrong: "Another `aws-region` than the cluster's",
    reason: 'access-denied',
    inputs: { 'aws-region': 'eu-west-1' },
    says: ['in eu-west-1', 'Check `cluster-name` and `aws-region` first'],
  },
  {
    wrong: 'Another `aws-region`, with a policy that is not for this one cluster',
    reason: 'cluster-not-found',
    inputs: { 'aws-region': 'eu-west-1' },
    make: (scene) => policyOfJob(scene, ANY_CLUSTER),
    says: ['has no cluster of this name there', 'aws eks list-clusters --region eu-west-1'],
  },
  {
    wrong: 'The cluster is of another account than the role',
    reason: 'cluster-not-found',
    inputs: roleElsewhere,
    says: [`account ${OTHER_ACCOUNT} has no cluster of this name`, 'the job has to sign in there'],
  },
  {
    wrong: 'The endpoint of the cluster is private, and the runner is outside of its network',
    reason: 'cluster-access-denied',
    make: (scene) => endpoint(scene, { endpointPublicAccess: false, publicAccessCidrs: [] }),
    says: ['endpointPublicAccess is false', 'runs-on: self-hosted'],
  },
  {
    wrong: 'The endpoint lets in other addresses than that of the runner',
    reason: 'cluster-access-denied',
    make: (scene) => endpoint(scene, { endpointPublicAccess: true, publicAccessCidrs: ['192.0.2.0/24'] }),
    says: ['public for 192.0.2.0/24 only', 'aws eks update-cluster-config'],
  },
  {
    wrong: 'The endpoint is open, and a firewall keeps the runner from it',
    reason: 'timed-out',
    make: (scene) => endpoint(scene, { endpointPublicAccess: true, publicAccessCidrs: ['0.0.0.0/0'] }),
    says: ['is public, so look at the runner', `curl --insecure ${CLOSED}/version`],
  },
  {
    wrong: 'No access entry for the role',
    reason: 'cluster-access-denied',
    make: (scene) => accessEntry(scene, undefined),
    says: [
      'look for the Space: ',
      'Unauthorized',
      'aws eks create-access-entry',
      'kubectl apply -f https://github.com/',
    ],
  },
  {
    wrong: 'The access entry names no group',
    reason: 'access-denied',
    make: (scene) => accessEntry(scene, []),
    says: ['may not list controlplanes.spaces.upbound.io in all namespaces', 'aws eks update-access-entry'],
  },
  {
    wrong: 'The group has no rights in the cluster',
    reason: 'access-denied',
    make: async (scene) => {
      const file = 'permissions/rbac/plan-pod-identity.yaml';
      await scene.world.kubectl(['delete', '--filename', file]);
      await until(async () => !(await mayList(scene)));
      return async () => {
        await scene.world.kubectl(['apply', '--filename', file]);
        await until(async () => await mayList(scene));
      };
    },
    says: ['may not list controlplanes.spaces.upbound.io', '/permissions/rbac/plan-pod-identity.yaml`'],
  },
  {
    wrong: '`kubeconfig` leads to another cluster than `cluster-name`',
    reason: 'wrong-cluster',
    inputs: ({ world }) => ({
      mode: 'apply',
      'cluster-name': 'space-test',
      kubeconfig: world.cluster.adminKubeconfig,
    }),
    make: (scene) => {
      const { aws } = scene.world;
      const { clusters } = aws.eks;
      const issuer = 'https://oidc.eks.eu-central-1.amazonaws.com/id/OTHER';
      aws.eks.addCluster({ name: 'space-test', endpoint: CLOSED, caPem: 'another', issuer, publicKeys: [] });
      return both(() => void clusters.delete('space-test'), policyOfJob(scene, ANY_CLUSTER));
    },
    says: [
      'the cluster of the kubeconfig is not space-test',
      'aws eks update-kubeconfig --name space-test',
      'leave both out',
    ],
  },
];
