/** Drift of the OIDC provider and of the workload's role, made by hand in IAM. */
import { MAKES_ROLE } from './expected-changes.ts';
import { expectNoRestart, type HandMade } from './drift.ts';
import { clusterOf, ROLE_NAME, roleOf } from './role.ts';
import type { Scene } from './scene.ts';

export const BOUNDARY = 'arn:aws:iam::111122223333:policy/space-boundary';
const iam = ({ world }: Scene) => world.aws.iam;

/** A policy that allows this everywhere. */
export const allowAll = (action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
});

/** The boundary that the inputs name, and another one. */
export function makeBoundaries(scene: Scene): void {
  for (const policyName of ['space-boundary', 'other-boundary'])
    iam(scene).createPolicy({ policyName, document: allowAll('*') });
}

function loseAudience(scene: Scene): void {
  const { providerArn } = clusterOf(scene);
  const { providers } = iam(scene);
  const provider = providers.get(providerArn);
  if (provider !== undefined) providers.set(providerArn, { ...provider, clientIds: [] }, 'settled');
}

/** Every service account of the cluster may take the role. */
function widenTrust(scene: Scene): void {
  const { issuerPath, providerArn } = clusterOf(scene);
  iam(scene).setTrustPolicy(ROLE_NAME, {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: providerArn },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringLike: { [`${issuerPath}:sub`]: 'system:serviceaccount:*' } },
      },
    ],
  });
}

function loseBoundary(scene: Scene): void {
  const role = iam(scene).role(ROLE_NAME);
  if (role === undefined) throw new Error('there is no role');
  const { permissionsBoundary: _boundary, ...rest } = role;
  iam(scene).roles.set(ROLE_NAME, rest, 'settled');
}

function loseTag(scene: Scene): void {
  const { team: _team, ...tags } = roleOf(scene).tags;
  iam(scene).editRole(ROLE_NAME, { tags });
}

const drifts: readonly HandMade[] = [
  {
    name: 'the OIDC provider is deleted',
    found: () => ({ 'oidc-provider': 'create security' }),
    make: (scene) => iam(scene).deleteOidcProvider(clusterOf(scene).providerArn),
  },
  {
    name: 'the provider has lost its audience',
    found: () => ({ 'oidc-provider/audience': 'update availability' }),
    make: loseAudience,
  },
  {
    name: 'the role is deleted',
    found: () => Object.fromEntries(MAKES_ROLE.map((id) => [id, 'create security'])),
    make: (scene) => iam(scene).deleteRole(ROLE_NAME),
  },
  {
    name: 'the trust policy is widened',
    found: () => ({ 'role/trust-policy': 'update security' }),
    make: widenTrust,
  },
  {
    name: 'the access policy is widened',
    found: () => ({ 'role/access-policy': 'update security' }),
    make: (scene) =>
      iam(scene).putRolePolicy(ROLE_NAME, 'spaces-workload-identity', allowAll('secretsmanager:*')),
  },
  {
    name: 'the boundary is lost',
    found: () => ({ 'role/permissions-boundary': 'create security' }),
    make: loseBoundary,
  },
  {
    name: 'the boundary is another one',
    found: () => ({ 'role/permissions-boundary': 'update security' }),
    make: (scene) =>
      iam(scene).editRole(ROLE_NAME, { permissionsBoundary: BOUNDARY.replace('space-', 'other-') }),
  },
  { name: 'a tag is lost', found: () => ({ 'role/tags': 'update hygiene' }), make: loseTag },
];

export const ROLE_DRIFTS: readonly HandMade[] = drifts.map((drift) => ({
  ...drift,
  healed: (_scene, run) => expectNoRestart(run),
}));
