/** IAM and EKS in memory: they refuse what the real ones refuse. */
import type { CreateAssociation, UpdateAssociation } from '../../src/model/write.ts';
import { Failure } from '../../src/model/failure.ts';
import type { SimulatedAnswer, SimulationBatch } from '../../src/model/evidence.ts';
import type { AwsReader, AwsWriter } from '../../src/model/ports.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import type { Role } from '../../src/model/world.ts';
import { isEquivalent } from '../../src/policy/equivalence.ts';
import { association, caller } from './factories.ts';
import { isAs, modified, targetOf, policyOf } from './fake-associations.ts';
import { checkLabels, checkLists } from './fake-policies.ts';
import { isOfController, setAssociations, type State } from './fake-state.ts';
import { ACCOUNT } from './names.ts';
import { permits } from './trust-evaluation.ts';

type Shuffle = <T>(list: readonly T[]) => readonly T[];

export function refuse(said: string): Failure {
  return new Failure('internal', { tried: 'a call', said, next: 'This is a defect.' });
}

const same = async <T>(value: T): Promise<T> => await Promise.resolve(value);

export function awsReader(state: State, shuffle: Shuffle): AwsReader {
  return {
    caller: () => same(caller),
    cluster: () => same(state.cluster),
    oidcProvider: (arn) => same(state.provider?.arn === arn ? state.provider : undefined),
    role: (name) => same(state.role?.name === name ? shuffledRole(state.role, shuffle) : undefined),
    trustPolicyQuota: () => same(state.quota),
    addOn: () => same(state.addOn),
    associations: () => same(shuffle(state.associations.filter(isOfController))),
    otherRoles: ({ tags }) =>
      same({ roles: shuffle(state.otherRoles.filter((role) => carries(role, tags))) }),
    otherAssociations: (_cluster, { except, takes }) =>
      same(
        shuffle(
          state.associations.filter(
            ({ namespace, serviceAccount, ownerArn }) =>
              serviceAccount !== except && ownerArn === undefined && takes(namespace),
          ),
        ),
      ),
    simulate: (_roleArn, batches) => same({ kind: 'simulated', answers: batches.flatMap(answersTo(state)) }),
  };
}

const carries = (role: Role, tags: Role['tags']): boolean =>
  Object.entries(tags).every(([key, value]) => role.tags[key] === value);

/** What the role's inline policies say, read apart from the code under test. */
function answersTo({ role }: State): (batch: SimulationBatch) => readonly SimulatedAnswer[] {
  const policies = Object.values(role?.inlinePolicies ?? {});
  return ({ actions, resources, context }) =>
    actions.flatMap((action) =>
      resources.map((resource) => {
        const allowed = policies.some((policy) => permits(policy, action, resource, context));
        const decision = allowed ? ('allowed' as const) : ('implicit-deny' as const);
        return { action, resource, context, decision, missing: [] };
      }),
    );
}

function shuffledRole(role: Role, shuffle: Shuffle): Role {
  const { trustPolicy, attachedPolicies } = role;
  const reordered = { ...trustPolicy, Statement: shuffle(trustPolicy.Statement) };
  return { ...role, trustPolicy: reordered, attachedPolicies: shuffle(attachedPolicies) };
}

const EMPTY: PolicyDocument = { Statement: [] };

/** The real writer reads what it overwrites, and leaves it when it is not as planned on. */
function expectPlanned(isPlanned: boolean, what: string): void {
  if (isPlanned) return;
  throw new Failure('plan-changed', { tried: 'a call', said: `${what} has changed`, next: 'Run again.' });
}

function theRole(state: State, name: string): Role {
  if (state.role?.name !== name) throw refuse(`no role ${name}`);
  return state.role;
}

function setRole(state: State, role: Role | undefined): void {
  state.role = role;
  state.watch();
}

function checkTrust(state: State, document: PolicyDocument): void {
  const size = JSON.stringify(document).length;
  const quota = state.quota ?? 2048;
  if (size > quota) throw refuse(`Cannot exceed quota for ACLSizePerRole: ${quota} (${size})`);
  if (JSON.stringify(document).includes('"Statement":[]')) throw refuse('an empty trust policy');
}

/** Each of these happens at once; what is recorded and what is made to fail is decided around them. */
export function awsActs(state: State): AwsWriter {
  return { ...providerActs(state), ...roleActs(state), ...eksActs(state) };
}

type ProviderCalls = 'createOidcProvider' | 'addAudience' | 'deleteOidcProvider';

/* eslint-disable typescript/require-await -- what these throw has to come out of a promise */
function providerActs(state: State): Pick<AwsWriter, ProviderCalls> {
  const provider = (arn: string) => {
    if (state.provider?.arn !== arn) throw refuse(`no provider ${arn}`);
    return state.provider;
  };
  return {
    createOidcProvider: async ({ arn, audiences, tags }) => {
      if (state.provider !== undefined) throw refuse('EntityAlreadyExists: the provider');
      state.provider = { arn, audiences, tags };
    },
    addAudience: async (arn, audience) => {
      const there = provider(arn);
      state.provider = { ...there, audiences: [...there.audiences, audience] };
    },
    deleteOidcProvider: async ({ providerArn, replaces }) => {
      const { audiences } = provider(providerArn);
      expectPlanned(
        audiences.every((audience) => replaces.audiences.includes(audience)),
        providerArn,
      );
      state.provider = undefined;
    },
  };
}

type EksCalls = 'createAddOn' | 'createAssociation' | 'updateAssociation' | 'deleteAssociation';

function roleActs(state: State): Omit<AwsWriter, ProviderCalls | EksCalls> {
  return {
    createRole: async ({ name, path, tags, trustPolicy, permissionsBoundary }) => {
      if (state.role !== undefined) throw refuse('EntityAlreadyExists: the role');
      checkTrust(state, trustPolicy);
      const arn = `arn:aws:iam::${ACCOUNT}:role${path}${name}`;
      const bounds = permissionsBoundary === undefined ? {} : { permissionsBoundary };
      setRole(state, {
        name,
        arn,
        path,
        tags,
        trustPolicy,
        inlinePolicies: {},
        attachedPolicies: [],
        createdAt: state.clock.now(),
        ...bounds,
      });
    },
    deleteRole: async ({ roleName, tags, trustPolicy }) => {
      const other = state.otherRoles.find(({ name }) => name === roleName);
      const there = other ?? theRole(state, roleName);
      expectPlanned(carries(there, tags) && isEquivalent(there.trustPolicy, trustPolicy), roleName);
      state.otherRoles = state.otherRoles.filter((role) => role !== other);
      if (other === undefined) setRole(state, undefined);
    },
    tagRole: async ({ roleName, tags, replaces }) => {
      const there = theRole(state, roleName);
      expectPlanned(
        Object.keys(tags).every((key) => there.tags[key] === replaces[key]),
        `the tags of ${roleName}`,
      );
      setRole(state, { ...there, tags: { ...there.tags, ...tags } });
    },
    putPermissionsBoundary: async ({ roleName, permissionsBoundary, replaces }) => {
      const there = theRole(state, roleName);
      expectPlanned((there.permissionsBoundary ?? null) === replaces, `the boundary of ${roleName}`);
      setRole(state, { ...there, permissionsBoundary });
    },
    putTrustPolicy: async ({ roleName, document, replaces }) => {
      const there = theRole(state, roleName);
      expectPlanned(isEquivalent(there.trustPolicy, replaces), `the trust policy of ${roleName}`);
      checkTrust(state, document);
      checkLabels(document);
      setRole(state, { ...there, trustPolicy: document });
    },
    putInlinePolicy: async ({ roleName, policyName, document, replaces }) => {
      const there = theRole(state, roleName);
      const actual = there.inlinePolicies[policyName] ?? EMPTY;
      expectPlanned(isEquivalent(actual, replaces ?? EMPTY), policyName);
      checkLabels(document);
      checkLists(document);
      setRole(state, { ...there, inlinePolicies: { ...there.inlinePolicies, [policyName]: document } });
    },
  };
}

function eksActs(state: State): Pick<AwsWriter, EksCalls> {
  return {
    createAddOn: async (_spec, _timeoutMs, onAccepted) => {
      if (state.addOn !== undefined) throw refuse('ResourceInUse: the add-on');
      state.addOn = { version: 'v1.3.10-eksbuild.1', status: 'ACTIVE', issues: [] };
      onAccepted?.();
    },
    createAssociation: async (spec) => {
      if (state.associations.some((one) => isOfController(one) && one.namespace === spec.namespace))
        throw refuse('ResourceInUse');
      checkPodIdentityTrust(state, spec);
      const { namespace, serviceAccount, roleArn, tags } = spec;
      const target = {
        ...targetOf(spec),
        ...policyOf(spec),
        disableSessionTags: spec.sessionPolicy !== undefined,
      };
      const id = namespace.replace(/^mxp-(.*)-system$/, '$1');
      const now = state.clock.now();
      const times = { createdAt: now, modifiedAt: now };
      const made = association(id, { namespace, serviceAccount, roleArn, ...target, tags, ...times });
      setAssociations(state, [...state.associations, made]);
      return made.id;
    },
    updateAssociation: async (spec) => {
      const there = state.associations.find((one) => one.id === spec.associationId);
      if (there === undefined) throw refuse('no such association');
      expectPlanned(isAs(there, spec.replaces), there.id);
      checkPodIdentityTrust(state, spec);
      // EKS takes a session policy only with session tags off.
      if (there.hasPolicy && !spec.disableSessionTags) throw refuse('InvalidParameter: the session policy');
      const tags = { ...there.tags, ...spec.tags };
      if (spec.sessionPolicy !== undefined && !spec.disableSessionTags)
        throw refuse('InvalidParameter: a policy');
      const { targetRoleArn: _target, externalId: _id, sessionPolicy: _policy, ...rest } = there;
      const { roleArn, disableSessionTags } = spec;
      const settings = { roleArn, disableSessionTags, ...targetOf(spec), ...policyOf(spec) };
      const made = { ...rest, ...settings, tags, ...modified(state, there, settings) };
      setAssociations(
        state,
        state.associations.map((one) => (one === there ? made : one)),
      );
    },
    deleteAssociation: async ({ associationId, replaces }) => {
      const there = state.associations.find((one) => one.id === associationId);
      expectPlanned(there === undefined || isAs(there, replaces), associationId);
      setAssociations(
        state,
        state.associations.filter((one) => one.id !== associationId),
      );
    },
  };
}

/** EKS refuses a role that does not trust its service principal with both actions. */
function checkPodIdentityTrust(state: State, { roleArn }: CreateAssociation | UpdateAssociation): void {
  if (state.role?.arn !== roleArn) return;
  const text = JSON.stringify(state.role.trustPolicy);
  const trusted = ['pods.eks.amazonaws.com', 'sts:AssumeRole"', 'sts:TagSession'].every((part) =>
    text.includes(part),
  );
  if (!trusted) throw refuse('Trust policy of the role provided is invalid');
}
