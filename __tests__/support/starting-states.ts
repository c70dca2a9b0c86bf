/** Arbitrary starting states: everything that people, other tools and interrupted runs may have left behind. */
import * as fc from 'fast-check';
import type { Identity, Intent, IsolateBy, TrustScope } from '../../src/model/config.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import type { Association, Role, Tags } from '../../src/model/world.ts';
import { commonAccess } from './access.ts';
import { ownReads } from '../../src/desired/expansions.ts';
import { accessPolicy } from '../../src/policy/access-policy.ts';
import { union } from '../../src/policy/equivalence.ts';
import { irsaTrust, podIdentityTrust } from '../../src/policy/trust-documents.ts';
import {
  association,
  intent,
  ownedRole,
  rawControlPlane,
  release,
  releaseIntent,
  role,
} from './factories.ts';
import { emptyState, type State } from './fake-state.ts';
import { withValue } from './fake-helm.ts';
import { FORMER, someAssociation, TARGET, tags } from './starting-associations.ts';
import { host, HOUR, OTHER_ROLE_ARN, OURS, PROVIDER_ARN, ROLE_ARN, SERVICE_ACCOUNT, START } from './names.ts';
import { type Carried, deployment, pod } from './workloads.ts';
import { desiredOf, placeOf } from './world-of.ts';

const IDS = ['a', 'b', 'c', 'd'] as const;
const GONE = ['x', 'y'] as const;
const BOUNDARY = 'arn:aws:iam::111122223333:policy/boundary';

/** When the pods were made. */
const madeAt = fc.constantFrom(START - HOUR, START - 8 * HOUR);

function trustPolicy(): fc.Arbitrary<PolicyDocument> {
  const one = fc
    .record({
      mechanism: fc.constantFrom('irsa', 'pod-identity'),
      scope: fc.constantFrom<TrustScope>('exact', 'exact', 'pattern', 'any-namespace'),
      ids: fc.subarray([...IDS, ...GONE]),
      more: fc.constantFrom<readonly string[]>([], ['default']),
    })
    .map(({ mechanism, scope, ids, more }) => {
      const trusted = { target: placeOf(intent()).target, scope, serviceAccount: SERVICE_ACCOUNT };
      const namespaces = [...ids.map(host), ...more];
      return mechanism === 'irsa'
        ? irsaTrust({ ...trusted, namespaces })
        : podIdentityTrust({ ...trusted, namespaces });
    });
  const foreign = fc.constant<PolicyDocument>({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
  return fc.oneof(
    { weight: 3, arbitrary: one },
    fc.tuple(one, one).map(([a, b]) => union(a, b)),
    foreign,
    fc.tuple(one, foreign).map(([a, b]) => union(a, b)),
  );
}

const grants = (secretPrefixes = ['prod/']) =>
  desiredOf(intent({ role: ownedRole({ secretPrefixes }) })).grants;

/** As an earlier run may have left it: each of these reads what begins with its own name. */
function isolated(identity: Identity): PolicyDocument {
  const { mechanism, grants: wanted } = desiredOf(
    intent({ identity, role: ownedRole({ secretPrefixes: ['prod/{name}/'] }) }),
  );
  const own = [...IDS, ...GONE].map((id) => ({
    reads: ownReads(wanted, { placeholders: { name: `ctp-${id}` } }),
    condition: mechanism.sessionCondition(host(id), SERVICE_ACCOUNT, placeOf(intent()).target),
  }));
  return accessPolicy({
    reads: [],
    byVariable: [],
    own,
    assumes: { roles: [], actions: [] },
    kept: [],
    keys: [],
  });
}

const access = fc.constantFrom<Role['inlinePolicies']>(
  {},
  { 'spaces-workload-identity': commonAccess(grants()) },
  { 'spaces-workload-identity': commonAccess(grants(['other/'])) },
  { extra: commonAccess(grants()) },
  { 'spaces-workload-identity': commonAccess({ ...grants(), assumes: [FORMER] }, ['sts:AssumeRole']) },
  { 'spaces-workload-identity': commonAccess({ ...grants(), assumes: [TARGET, FORMER] }) },
  { 'spaces-workload-identity': commonAccess({ ...grants(), assumes: [TARGET, FORMER] }) },
  { 'spaces-workload-identity': isolated('irsa') },
  { 'spaces-workload-identity': isolated('pod-identity') },
);

const someRole = fc.option(
  fc.record({
    tags: fc.oneof({ weight: 3, arbitrary: fc.constant<Tags>(OURS) }, tags),
    trustPolicy: trustPolicy(),
    inlinePolicies: access,
    attachedPolicies: fc.constantFrom<readonly string[]>([], ['arn:aws:iam::aws:policy/ReadOnlyAccess']),
    permissionsBoundary: fc.option(fc.constantFrom(BOUNDARY, `${BOUNDARY}-2`), { nil: undefined }),
  }),
  { nil: undefined, freq: 4 },
);

const provider = fc.option(
  fc.record({
    arn: fc.constant(PROVIDER_ARN),
    audiences: fc.constantFrom(['sts.amazonaws.com'], ['other'], []),
    tags,
  }),
  { nil: undefined, freq: 3 },
);

const carried = fc.constantFrom<Carried>('nothing', 'irsa', 'other-irsa', 'pod-identity', 'both');

interface Inhabited {
  readonly id: string;
  readonly group: string;
  readonly pods: readonly Carried[];
  readonly madeAt: number;
  readonly annotation: string | undefined;
  readonly association: Association | undefined;
}

function controlPlane(id: string): fc.Arbitrary<Inhabited> {
  return fc.record({
    id: fc.constant(id),
    group: fc.constantFrom('team-a', 'team-b'),
    pods: fc.array(carried, { maxLength: 2 }),
    madeAt,
    annotation: fc.constantFrom(undefined, ROLE_ARN, OTHER_ROLE_ARN),
    association: someAssociation(id),
  });
}

export const someIntent: fc.Arbitrary<Intent> = fc
  .record({
    identity: fc.constantFrom('irsa', 'pod-identity'),
    trustScope: fc.constantFrom<TrustScope>('exact', 'exact', 'pattern', 'any-namespace'),
    globs: fc.constantFrom<readonly string[]>([], [], ['team-a/*']),
    prune: fc.boolean(),
    adopt: fc.boolean(),
    restart: fc.constantFrom('if-needed', 'if-needed', 'never'),
    permissionsBoundary: fc.constantFrom(undefined, BOUNDARY),
    tags: fc.constantFrom<Tags>({}, { team: 'space' }),
    annotate: fc.constantFrom('helm', 'helm', 'none'),
    installAgent: fc.boolean(),
    assumeRoles: fc.constantFrom<readonly string[]>([], [], [FORMER]),
    target: fc.constantFrom(undefined, undefined, TARGET),
    isolateBy: fc.constantFrom<IsolateBy>('role-policy', 'role-policy', 'session-policy'),
    secretPrefixes: fc.constantFrom<readonly string[]>(
      ['prod/'],
      ['prod/'],
      ['prod/{name}/'],
      ['prod/{group}/', 'shared/'],
      ['prod/{namespace}/'],
    ),
  })
  .map(
    ({ trustScope, globs, permissionsBoundary, annotate, secretPrefixes, assumeRoles, target, ...rest }) => {
      const hasOwn = secretPrefixes.some((prefix) => prefix.includes('{'));
      const isNarrowed = rest.isolateBy === 'session-policy' && rest.identity === 'pod-identity' && hasOwn;
      const isolateBy = isNarrowed ? 'session-policy' : 'role-policy';
      const targetRoleArn = rest.identity === 'pod-identity' && !isNarrowed ? target : undefined;
      const { isolateBy: _asked, ...others } = rest;
      return intent({
        ...others,
        targetRoleArn,
        role: ownedRole({ trustScope, permissionsBoundary, secretPrefixes, assumeRoles, isolateBy }),
        selection: { globs, namespaces: [] },
        release: releaseIntent({ annotate }),
      });
    },
  );

const ANNOTATION = ['controlPlanes', 'sharedSecrets', 'serviceAccount', 'customAnnotations'];

/** Arbitrary data for a state; the state itself is made anew for every run, since running changes it. */
export const someStart = fc.record({
  controlPlanes: fc.subarray([...IDS]).chain((ids) => fc.tuple(...ids.map((id) => controlPlane(id)))),
  late: fc.boolean(),
  /** Whether Spaces carries its value to service accounts that somebody has edited. */
  carries: fc.boolean(),
  gone: fc.tuple(...GONE.map((id) => someAssociation(id))),
  role: someRole,
  /** Of earlier inputs: another `role-name`, another `service-account`. */
  earlierRole: fc.option(fc.record({ tags, inlinePolicies: access }), { nil: undefined }),
  earlierAssociation: fc.option(tags, { nil: undefined }),
  provider,
  value: fc.constantFrom(undefined, ROLE_ARN, OTHER_ROLE_ARN),
  agent: fc.constantFrom('add-on', 'daemon-set', 'none'),
});

type Start = typeof someStart extends fc.Arbitrary<infer T> ? T : never;

export function stateOf(start: Start, quota = 8192): State {
  const { controlPlanes } = start;
  const base = release();
  const values =
    start.value === undefined
      ? base.values
      : withValue(base.values, [...ANNOTATION, 'eks.amazonaws.com/role-arn'], start.value);
  return emptyState({
    quota,
    provider: start.provider,
    role: start.role === undefined ? undefined : someRoleOf(start.role),
    addOn: start.agent === 'add-on' ? { version: 'v1', status: 'ACTIVE', issues: [] } : undefined,
    daemonSet: start.agent === 'daemon-set' ? { desired: 1, ready: 1 } : undefined,
    otherRoles: start.earlierRole === undefined ? [] : [earlierRole(start.earlierRole)],
    associations: [
      ...controlPlanes.map((one) => one.association),
      ...start.gone,
      earlierAssociation(start.earlierAssociation),
    ].filter((one) => one !== undefined),
    controlPlanes: controlPlanes.map(({ id, group }) => rawControlPlane(id, { group })),
    namespaces: controlPlanes.map(({ id }) => ({ name: host(id) })),
    annotations: new Map(controlPlanes.map(({ id, annotation }) => [host(id), annotation])),
    deployments: new Map(controlPlanes.map((one) => [host(one.id), deploymentOf(one)])),
    pods: controlPlanes.flatMap(({ id, pods, madeAt: createdAt }) =>
      pods.map((what, n) => pod(id, what, { name: `${id}-${n}`, uid: `${id}-${n}`, createdAt })),
    ),
    release: { kind: 'found', release: { ...base, values } },
  });
}

/** The role that annotations and pods may name besides. */
function earlierRole(overrides: Partial<Role>): Role {
  return role({ name: 'made-by-hand', arn: OTHER_ROLE_ARN, ...overrides });
}

function earlierAssociation(its: Tags | undefined): Association | undefined {
  if (its === undefined) return undefined;
  return { ...association('earlier'), namespace: host('a'), serviceAccount: 'earlier', tags: its };
}

function someRoleOf({ permissionsBoundary, ...rest }: NonNullable<Start['role']>): Role {
  return role({ ...rest, ...(permissionsBoundary !== undefined && { permissionsBoundary }) });
}

function deploymentOf({ id, pods }: Inhabited): ReturnType<typeof deployment> {
  const replicas = pods.length;
  const counts = { updatedReplicas: replicas, availableReplicas: replicas, currentReplicas: replicas };
  return deployment(id, { replicas, ...counts });
}

/** What somebody else has put on the role lets each control plane read what others have for themselves. */
export function isOpenedByOthers(state: State, { role: asked }: Intent): boolean {
  const isIsolated = asked.kind === 'owned' && asked.secretPrefixes.some((prefix) => prefix.includes('{'));
  return isIsolated && state.role?.inlinePolicies['extra'] !== undefined;
}
