/** The identity of a plan: all that decides what will be written, without times, random ids, list order and secrets. */
import { createHash } from 'node:crypto';
import type { Change } from '../model/change.ts';
import type { Desired } from '../model/desired.ts';
import type { ControllerPod, Host } from '../model/host.ts';
import type { Json } from '../model/json.ts';
import type { Role, World } from '../model/world.ts';
import { normalStatements } from '../policy/equivalence.ts';
import { ANNOTATION_PATH, POD_LABELS_PATH, valueAt } from '../space/chart.ts';
import { isSelected } from '../space/hosts.ts';

/** `sha256:` and 64 hexadecimal digits. */
export function digest(desired: Desired, world: World, changes: readonly Change[]): string {
  const content = {
    desired: desired.digestInputs,
    observed: observed(desired, world),
    changes: changes.map(decisive),
  };
  return `sha256:${createHash('sha256').update(canonical(content)).digest('hex')}`;
}

/** Random ids: the same plan for the same association made anew. */
const RANDOM: ReadonlySet<string> = new Set(['associationId', 'associationArn']);

/**
 * What makes a change that change. Not its reason and target, which name pods and random ids; no secret is in a change, since
 * logins stay in the configuration.
 */
export function decisive({ address, action, severity, effect, before, after, write }: Change): object {
  const entries = Object.entries(write).filter(([key]) => !RANDOM.has(key));
  // A path is a list whose order matters, unlike all others here.
  const path = write.op === 'set-value' ? { path: write.path.join('\n') } : {};
  return {
    address,
    action,
    severity,
    effect,
    before,
    after,
    write: { ...Object.fromEntries(entries), ...path },
  };
}

/** One text for equal data: keys and lists sorted. */
export function canonical(value: Json | object | undefined): string {
  if (Array.isArray(value))
    return `[${value
      .map((item: Json) => canonical(item))
      .toSorted()
      .join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]: [string, Json]) => `${JSON.stringify(key)}:${canonical(item)}`).join()}}`;
}

function observed(desired: Desired, world: World): object {
  const { iam, target, release: view } = world;
  const release = view.kind === 'found' ? view.release : undefined;
  return {
    cluster: { arn: target.clusterArn, issuer: target.issuer },
    provider: iam.provider,
    role: iam.role && observedRole(iam.role),
    trustPolicyQuota: iam.trustPolicyQuota,
    agent: world.agent.provider,
    release: release && {
      version: release.version,
      annotation: valueAt(release.values, ANNOTATION_PATH),
      labels: valueAt(release.values, POD_LABELS_PATH),
      enabled: valueAt(release.values, desired.intent.release.sharedSecretsValue),
    },
    manager: world.space.manager,
    hosts: world.hosts
      .filter(({ controlPlane, association }) => controlPlane !== undefined || association !== undefined)
      .map((host) => observedHost(host, desired, world)),
  };
}

function observedRole({ createdAt: _at, ...role }: Role): object {
  return {
    ...role,
    trustPolicy: normalStatements(role.trustPolicy),
    inlinePolicies: Object.fromEntries(
      Object.entries(role.inlinePolicies).map(([name, document]) => [name, normalStatements(document)]),
    ),
  };
}

/** For control planes that are not selected, only what can be in the way: their pods come and go without another plan. */
function observedHost(host: Host, desired: Desired, world: World): object {
  const { name, namespace, state, serviceAccount, association, pods } = host;
  const {
    id: _id,
    arn: _arn,
    externalId: _external,
    createdAt: _made,
    modifiedAt: _at,
    ...settings
  } = association ?? {};
  const workload = {
    annotation: serviceAccount?.roleArn,
    problems: [...new Set(pods.map((pod) => problemOf(pod, host, desired, world)))],
  };
  return {
    name,
    namespace,
    state,
    association: association && settings,
    ...(isSelected(host) && workload),
  };
}

/** In words without times: what a pod may hold from before is decided by what was first. */
function problemOf(pod: ControllerPod, host: Host, desired: Desired, world: World): string {
  const { mechanism } = desired;
  const { roleArn } = world.target;
  return mechanism.podProblem(pod, roleArn) ?? mechanism.olderCredentials(pod, host, desired, world) ?? '';
}
