/** What the core works with, complete and in order; a test names only what it is about. */
import type { Config, Intent, OwnedRole, ReleaseIntent } from '../../src/model/config.ts';
import type { RawControlPlane, SpaceFacts } from '../../src/model/ports.ts';
import type {
  AnnotatedAccount,
  ControlPlane,
  Namespace,
  SecretStore,
  Workloads,
} from '../../src/model/host.ts';
import type { SharedSecrets } from '../../src/model/shared-secret.ts';
import type {
  Agent,
  Association,
  Cluster,
  OidcProvider,
  Release,
  ReleaseView,
  Role,
  SameCluster,
  Space,
} from '../../src/model/world.ts';
import {
  ACCOUNT,
  CLUSTER,
  CLUSTER_ARN,
  host,
  HOUR,
  ISSUER,
  OURS,
  REGION,
  ROLE,
  ROLE_ARN,
  SERVICE_ACCOUNT,
  START,
} from './names.ts';

export function ownedRole(overrides: Partial<OwnedRole> = {}): OwnedRole {
  return {
    kind: 'owned',
    name: ROLE,
    path: '/',
    secretPrefixes: ['prod/'],
    parameterPrefixes: [],
    assumeRoles: [],
    kmsKeyArns: [],
    trustScope: 'exact',
    isolateBy: 'role-policy',
    ...overrides,
  };
}

export function releaseIntent(overrides: Partial<ReleaseIntent> = {}): ReleaseIntent {
  return {
    annotate: 'helm',
    name: 'spaces',
    namespace: 'upbound-system',
    chart: 'oci://xpkg.upbound.io/spaces-artifacts/spaces',
    registryPlainHttp: false,
    sharedSecretsValue: ['features', 'alpha', 'sharedSecrets', 'enabled'],
    podLabels: {},
    ...overrides,
  };
}

export function intent(overrides: Partial<Intent> = {}): Intent {
  return {
    identity: 'irsa',
    clusterName: CLUSTER,
    region: REGION,
    role: ownedRole(),
    tags: {},
    selection: { globs: [], namespaces: [] },
    serviceAccount: SERVICE_ACCOUNT,
    release: releaseIntent(),
    installAgent: true,
    restart: 'if-needed',
    waitSeconds: 600,
    prune: true,
    adopt: false,
    ...overrides,
  };
}

export function config(overrides: Partial<Config> = {}): Config {
  const tool = { version: 'auto', downloadUrl: 'https://get.helm.sh' };
  return {
    mode: 'apply',
    intent: intent(),
    signIn: {
      sessionName: 'session',
      durationSeconds: 3600,
      audience: 'sts.amazonaws.com',
      allowedAccountIds: [],
    },
    helm: tool,
    kubectl: tool,
    proof: { access: false, secrets: [], parameters: [] },
    reporting: { commentOnPr: true, driftIssue: false, failOnDrift: true, label: CLUSTER },
    warnings: [],
    digestInputs: {},
    ...overrides,
  };
}

export function cluster(overrides: Partial<Cluster> = {}): Cluster {
  return {
    name: CLUSTER,
    arn: CLUSTER_ARN,
    region: REGION,
    account: ACCOUNT,
    partition: 'aws',
    version: '1.35',
    status: 'ACTIVE',
    endpoint: 'https://cluster.example.com',
    certificateAuthority: '',
    issuer: ISSUER,
    autoMode: false,
    publicAccess: true,
    publicAccessCidrs: ['0.0.0.0/0'],
    ...overrides,
  };
}

export const caller = { account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:role/job`, partition: 'aws' };

/** A cluster without its issuer: a local one, or one still being made. */
export function issuerless(): Cluster {
  const { issuer: _issuer, ...rest } = cluster();
  return rest;
}

export function controlPlane(id: string, overrides: Partial<ControlPlane> = {}): ControlPlane {
  const base = { group: 'team-a', name: `ctp-${id}`, selected: true, deleting: false };
  return { ...base, id, namespace: host(id), ...overrides };
}

export function rawControlPlane(id: string, overrides: Partial<RawControlPlane> = {}): RawControlPlane {
  const base = { group: 'team-a', name: `ctp-${id}`, deleting: false, matchesSelector: true };
  return { ...base, id, conditions: { Ready: { status: 'True', reason: 'Available' } }, ...overrides };
}

export function facts(overrides: Partial<SpaceFacts> = {}): SpaceFacts {
  const space = { manager: 'helm', managerEvidence: '' } as const;
  return {
    space,
    controlPlanes: [],
    namespaces: [],
    stores: [],
    ...overrides,
  };
}

export function role(overrides: Partial<Role> = {}): Role {
  return {
    name: ROLE,
    arn: ROLE_ARN,
    path: '/',
    tags: OURS,
    trustPolicy: { Version: '2012-10-17', Statement: [] },
    inlinePolicies: {},
    attachedPolicies: [],
    ...overrides,
  };
}

export function association(id: string, overrides: Partial<Association> = {}): Association {
  return {
    id: `a-${id}`,
    arn: `arn:aws:eks:${REGION}:${ACCOUNT}:podidentityassociation/${CLUSTER}/a-${id}`,
    namespace: host(id),
    serviceAccount: SERVICE_ACCOUNT,
    roleArn: ROLE_ARN,
    disableSessionTags: false,
    hasPolicy: false,
    tags: OURS,
    createdAt: START - 24 * HOUR,
    modifiedAt: START - HOUR,
    ...overrides,
  };
}

export function release(overrides: Partial<Release> = {}): Release {
  return {
    name: 'spaces',
    namespace: 'upbound-system',
    chart: 'spaces',
    version: '1.17.1',
    status: 'deployed',
    revision: 3,
    deployedRevision: 3,
    values: { features: { alpha: { sharedSecrets: { enabled: true } } }, account: 'org' },
    ...overrides,
  };
}

/** A world as a test describes it: plain lists, before they become hosts (see world-of.ts). */
export interface WorldParts {
  readonly cluster: Cluster;
  readonly space: Space;
  readonly controlPlanes: readonly ControlPlane[];
  readonly namespaces: readonly Namespace[];
  readonly workloads: Workloads;
  readonly stores: readonly SecretStore[];
  readonly secrets: SharedSecrets;
  readonly release: ReleaseView;
  readonly provider?: OidcProvider;
  readonly role?: Role;
  readonly trustPolicyQuota: number;
  readonly trustPolicyQuotaKnown: boolean;
  readonly agent: Agent;
  readonly associations: readonly Association[];
  readonly sameCluster: SameCluster;
  /** Whether there are any, when not told. */
  readonly listsControlPlanes?: boolean;
  readonly annotatedAccounts?: readonly AnnotatedAccount[];
  /** Milliseconds since the epoch. */
  readonly seenAt: number;
}

/** A Space without control planes and without anything of ours. */
export function world(overrides: Partial<WorldParts> = {}): WorldParts {
  return {
    cluster: cluster(),
    space: { manager: 'helm', managerEvidence: '' },
    controlPlanes: [],
    namespaces: [],
    workloads: { serviceAccounts: [], deployments: [], pods: [] },
    stores: [],
    secrets: { kind: 'read', all: [] },
    release: { kind: 'found', release: release() },
    trustPolicyQuota: 2048,
    trustPolicyQuotaKnown: true,
    agent: { provider: 'add-on', issues: [] },
    associations: [],
    sameCluster: { kind: 'same' },
    annotatedAccounts: [],
    seenAt: START,
    ...overrides,
  };
}
