/** What must hold at every moment of a run, watched while it happens. */
import type { DeleteAssociation, UpdateAssociation } from '../../src/model/write.ts';
import type { Intent } from '../../src/model/config.ts';
import type { ControllerPod } from '../../src/model/host.ts';
import type { FakeSpace, Write } from './fake-space.ts';
import { isOfController, type State } from './fake-state.ts';
import { ACCOUNT, CLUSTER_ARN, host as hostNamespace, REGION, ROLE_ARN } from './names.ts';
import { admits, type Mechanism, permits, requestOf, sessionOf } from './trust-evaluation.ts';

/** By which mechanism a pod gets our role, if it does. (The SDK prefers IRSA where both were injected.) */
function mechanismOf(state: State, pod: ControllerPod): Mechanism | undefined {
  if (pod.irsaRoleArn !== undefined) return pod.irsaRoleArn === ROLE_ARN ? 'irsa' : undefined;
  const ours = state.associations.some(
    (one) =>
      isOfController(one) &&
      one.namespace === pod.namespace &&
      one.roleArn === ROLE_ARN &&
      !one.disableSessionTags,
  );
  return pod.podIdentity && ours ? 'pod-identity' : undefined;
}

/** Collects every moment at which the role no longer admits a pod that it admitted before. */
export function watchTrust({ state }: FakeSpace): readonly string[] {
  const admitted = new Set<string>();
  const lost: string[] = [];
  const look = (): void => {
    for (const pod of state.pods.filter((one) => !one.deleting)) {
      const mechanism = mechanismOf(state, pod);
      const trust = state.role?.trustPolicy;
      if (mechanism === undefined || trust === undefined) continue;
      const key = `${pod.uid} by ${mechanism}`;
      if (admits(trust, requestOf(mechanism, pod.namespace))) admitted.add(key);
      else if (admitted.delete(key)) lost.push(`${pod.namespace} ${key}`);
    }
  };
  state.watch = look;
  look();
  return lost;
}

/** What each control plane has for itself by the prefixes of the inputs: an example under each, with whose it is. */
export function ownExamples(
  { controlPlanes }: State,
  { role }: Intent,
): readonly (readonly [string, string])[] {
  if (role.kind === 'referenced') return [];
  return controlPlanes.flatMap(({ group, name, id = '' }) =>
    role.secretPrefixes
      .filter((prefix) => prefix.includes('{'))
      .map((prefix) => {
        const own = prefix
          .replace('{group}', group)
          .replace('{name}', name)
          .replace('{namespace}', hostNamespace(id));
        return [
          hostNamespace(id),
          `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${own}x-AbCdEf`,
        ] as const;
      }),
  );
}

/** Collects every moment at which a live pod can read another's secrets that it could not before, or no longer its own. */
export function watchReads({ state }: FakeSpace, intent: Intent): readonly string[] {
  const wrong: string[] = [];
  const could = new Map<string, boolean>();
  const examples = ownExamples(state, intent);
  const own = new Set(examples.map(([owner, resource]) => `${owner} ${resource}`));
  const look = (): void => {
    for (const pod of state.pods.filter((one) => !one.deleting)) {
      const mechanism = mechanismOf(state, pod);
      if (mechanism === undefined || state.role === undefined) continue;
      // Without the trust of its role it is a workload that does not run.
      if (!admits(state.role.trustPolicy, requestOf(mechanism, pod.namespace))) continue;
      for (const resource of new Set(examples.map(([, one]) => one))) {
        const can = Object.values(state.role.inlinePolicies).some((policy) =>
          permits(policy, 'secretsmanager:GetSecretValue', resource, sessionOf(mechanism, pod.namespace)),
        );
        const isOwn = own.has(`${pod.namespace} ${resource}`);
        const key = `${pod.uid} by ${mechanism} ${resource}`;
        const before = could.get(key);
        could.set(key, can);
        if (before !== undefined && before !== can && can !== isOwn)
          wrong.push(`${pod.namespace} ${can ? 'gained' : 'lost'} ${resource} by ${mechanism}`);
      }
    }
  };
  const watched = state.watch;
  state.watch = () => {
    watched();
    look();
  };
  look();
  return wrong;
}

/** Collects associations that were removed from a living control plane before its annotation was there. */
export function watchRemovals(space: FakeSpace, intent: Intent): readonly string[] {
  const early: string[] = [];
  const { state } = space;
  const before = space.before;
  space.before = (write) => {
    before(write);
    const spec = associationOf(write);
    if (write.call !== 'deleteAssociation' || intent.identity !== 'irsa' || spec === undefined) return;
    const lives = state.annotations.has(spec.namespace);
    if (lives && state.annotations.get(spec.namespace) !== ROLE_ARN) early.push(spec.namespace);
  };
  return early;
}

const isMarked = (tags: Readonly<Record<string, string>>): boolean =>
  tags['managed-by'] === 'spaces-workload-identity' &&
  tags['spaces-workload-identity:cluster'] === CLUSTER_ARN;

/** Marked by this action for whatever cluster; `adopt` takes over only what nobody marked. */
const isAnothers = (tags: Readonly<Record<string, string>>): boolean =>
  tags['managed-by'] === 'spaces-workload-identity';

const ROLE_CALLS = /Role|TrustPolicy|Inline|Boundary/;

/** Collects writes on things that were not ours when the run began and that it may not take over. */
export function watchForeign(space: FakeSpace, adopt: boolean): readonly string[] {
  const { role, otherRoles, associations } = space.state;
  const wrong: string[] = [];
  const before = space.before;
  const roleIsForeign = role !== undefined && !isMarked(role.tags) && (!adopt || isAnothers(role.tags));
  space.before = (write) => {
    before(write);
    const other = otherRoles.find(({ name }) => JSON.stringify(write.args).includes(`"${name}"`));
    if (other === undefined && ROLE_CALLS.test(write.call) && roleIsForeign) wrong.push(write.call);
    if (other !== undefined && !isMarked(other.tags)) wrong.push(`${write.call} ${other.name}`);
    const there = associations.find((one) => one.id === associationOf(write)?.associationId);
    if (there === undefined) return;
    if (there.ownerArn !== undefined || (!adopt && !isMarked(there.tags)))
      wrong.push(`${write.call} ${there.id}`);
  };
  return wrong;
}

function associationOf({ call, args }: Write): UpdateAssociation | DeleteAssociation | undefined {
  if (call !== 'updateAssociation' && call !== 'deleteAssociation') return undefined;
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- the port's own argument, recorded as unknown
  return args[0] as UpdateAssociation | DeleteAssociation;
}
