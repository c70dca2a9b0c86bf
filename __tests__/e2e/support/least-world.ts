/** The world in the states that a run needs which shall use each of its permissions. */
import { ACCESS_POLICY_NAME } from '../../../src/policy/access-policy.ts';
import { SERVICE_ACCOUNT } from '../../../sandbox/workload.ts';
import { eksCluster } from './associations.ts';
import { hostsOf } from './cluster.ts';
import type { Grants } from './least-grant.ts';
import type { Mechanism } from './mechanisms.ts';
import { clusterOf, exactPodIdentityTrust, ourTags, ROLE_NAME, roleArn } from './role.ts';
import type { Inputs, Scene } from './scene.ts';

const GONE = 'mxp-gone-system';
const AGENT = 'eks-pod-identity-agent';

/** A Flux without an object: whether it keeps the Space can be asked. */
const FLUX = JSON.stringify({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'helmreleases.helm.toolkit.fluxcd.io' },
  spec: {
    group: 'helm.toolkit.fluxcd.io',
    names: {
      kind: 'HelmRelease',
      listKind: 'HelmReleaseList',
      plural: 'helmreleases',
      singular: 'helmrelease',
    },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v2',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
});

/** How a run finds the world. */
export type Start = 'in-sync' | 'nothing' | 'drifted' | 'no-audience';

export interface States {
  readonly inputs: (mode: string) => Inputs;
  /** Once, before all others: set up by an administrator, with what earlier inputs have left behind. */
  prepare(): Promise<void>;
  lay(start: Start): Promise<void>;
  /** Whether the controller's pods can take their role and read with it. */
  works(): Promise<boolean>;
}

export function useStates(scene: Scene, { identity, assume }: Mechanism, grants: Grants): States {
  const boundary = (): string => scene.world.aws.iam.arn('policy/boundary');
  const inputs: States['inputs'] = (mode) => ({
    mode,
    identity,
    'comment-on-pr': 'false',
    tags: 'team=platform',
    'secret-prefixes': 'prod/\nother/',
    'permissions-boundary': boundary(),
    ...(['apply', 'check'].includes(mode) && {
      'prove-access': 'true',
      'probe-secrets': 'prod/db/password',
    }),
  });
  /** Of an earlier `role-name`. */
  const leaveBehind = (): void => {
    const { iam } = scene.world.aws;
    const trustPolicy = exactPodIdentityTrust(scene, ['mxp-earlier-system']);
    const Statement = [{ Effect: 'Deny', Action: '*', Resource: '*' }];
    const inlinePolicies = { [ACCESS_POLICY_NAME]: { Version: '2012-10-17', Statement } };
    iam.createRole({ roleName: 'earlier', trustPolicy, tags: ourTags(scene), inlinePolicies });
  };
  const nothing = async (): Promise<void> => {
    const { iam } = scene.world.aws;
    iam.deleteRole(ROLE_NAME);
    const { associations, addons } = eksCluster(scene);
    associations.clear();
    if (identity === 'irsa') iam.deleteOidcProvider(clusterOf(scene).providerArn);
    addons.delete(AGENT);
    await scene.world.kubectl([
      'delete',
      'daemonset',
      AGENT,
      '--namespace=kube-system',
      '--ignore-not-found',
      '--wait',
    ]);
  };
  const drifted = (): void => {
    const { aws, clusterName } = scene.world;
    const role = aws.iam.role(ROLE_NAME);
    if (role === undefined) throw new Error('there is no role to change');
    const trust = role.trustPolicy;
    const [host = ''] = hostsOf(scene);
    // One more namespace than there are control planes; a run that failed may have left it there.
    const isWider = trust.includes(GONE);
    const wider = isWider
      ? trust
      : trust.replace(new RegExp(`"([^"]*)${host}([^"]*)"`), `["$1${host}$2","$1${GONE}$2"]`);
    const { permissionsBoundary: _taken, ...rest } = role;
    const inlinePolicies = Object.fromEntries(
      Object.entries(rest.inlinePolicies).map(([name, text]) => [name, text.replaceAll('other/', 'older/')]),
    );
    const tags = ourTags(scene);
    aws.iam.roles.set(
      ROLE_NAME.toLowerCase(),
      { ...rest, trustPolicy: wider, tags, inlinePolicies },
      'settled',
    );
    const gone = { namespace: GONE, serviceAccount: SERVICE_ACCOUNT, roleArn: roleArn(scene), tags };
    aws.eks.addAssociation(clusterName, gone);
    for (const one of eksCluster(scene).associations.values())
      if (one.namespace !== GONE)
        eksCluster(scene).associations.set(one.associationId, { ...one, tags: ourTags(scene) });
  };
  const settle = async (): Promise<void> => {
    await grants.everything();
    await scene.succeed(inputs('apply'));
  };
  const works = async (): Promise<boolean> => {
    const [host = ''] = hostsOf(scene);
    try {
      const session = await assume(scene, host);
      return (await session.secret('prod/db/password')) !== undefined;
    } catch {
      return false;
    }
  };
  return {
    inputs,
    works,
    prepare: async () => {
      const Statement = [{ Effect: 'Allow', Action: ['secretsmanager:*', 'ssm:*'], Resource: '*' }];
      const document = { Version: '2012-10-17', Statement };
      scene.world.aws.iam.createPolicy({ policyName: 'boundary', document });
      await scene.client.apply(FLUX);
      await settle();
      leaveBehind();
    },
    lay: async (start) => {
      const { iam } = scene.world.aws;
      if (start === 'nothing') {
        // The annotation of IRSA is in the Space's values: only an upgrade takes it out.
        if (identity === 'irsa') {
          await grants.everything();
          await scene.succeed(inputs('destroy'));
        }
        await nothing();
      } else if (iam.role(ROLE_NAME) === undefined) await settle();
      if (iam.role('earlier') === undefined) leaveBehind();
      if (start === 'drifted') drifted();
      if (start === 'no-audience') {
        const { providerArn, issuerPath } = clusterOf(scene);
        iam.deleteOidcProvider(providerArn);
        iam.createOidcProvider({ url: issuerPath, clientIds: ['other'], tags: ourTags(scene) });
      }
    },
  };
}
