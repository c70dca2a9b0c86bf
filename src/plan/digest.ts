/** The identity of a plan: over what is wanted and what was observed, without times, random ids and list order. */
import { createHash } from 'node:crypto';
import type { Change } from '../model/change.ts';
import type { Intent } from '../model/config.ts';
import type { Json } from '../model/json.ts';
import type { PolicyDocument } from '../model/policy.ts';
import type { World } from '../model/world.ts';
import { normalStatements } from '../policy/meaning.ts';
import { ANNOTATION_PATH, POD_LABELS_PATH, valueAt } from '../space/chart.ts';
import { identityProblem, livePods } from '../space/pods.ts';
import { targets } from '../space/targets.ts';
import { roleArn } from '../policy/arn.ts';
import { serviceAccountsIn } from '../space/lookup.ts';

export function digest(intent: Intent, world: World, changes: readonly Change[]): string {
  const content = {
    wanted: wanted(intent),
    observed: observed(intent, world),
    changes: changes.map(({ id, action, severity, after }) => ({ id, action, severity, after })),
  };
  return `sha256:${createHash('sha256').update(canonical(content)).digest('hex')}`;
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

/** How to log in and how long to wait do not make another plan. */
function wanted(intent: Intent): object {
  const { waitSeconds: _wait, release, ...rest } = intent;
  const {
    registryPassword: _password,
    registryUsername: _user,
    registryPlainHttp: _plain,
    ...values
  } = release;
  // A path is a list whose order matters, unlike all others here.
  const sharedSecretsValue = values.sharedSecretsValue.join('.');
  return { ...rest, release: { ...values, sharedSecretsValue } };
}

function observed(intent: Intent, world: World): object {
  const expect = { identity: intent.identity, roleArn: roleArn(intent, world.cluster) };
  const release = world.release.kind === 'found' ? world.release.release : undefined;
  return {
    cluster: { arn: world.cluster.arn, issuer: world.cluster.issuer },
    provider: world.provider,
    role: world.role && {
      ...world.role,
      trustPolicy: meaning(world.role.trustPolicy),
      inlinePolicies: Object.fromEntries(
        Object.entries(world.role.inlinePolicies).map(([name, document]) => [name, meaning(document)]),
      ),
    },
    agent: world.agent.provider,
    associations: world.associations.map(({ id: _id, arn: _arn, modifiedAt: _at, ...rest }) => rest),
    release: release && {
      version: release.version,
      annotation: valueAt(release.values, ANNOTATION_PATH),
      labels: valueAt(release.values, POD_LABELS_PATH),
      enabled: valueAt(release.values, intent.release.sharedSecretsValue),
    },
    manager: world.space.manager,
    controlPlanes: world.controlPlanes,
    workloads: targets(world).map(({ namespace }) => ({
      namespace,
      annotation: serviceAccountsIn(world.workloads.serviceAccounts, namespace)[0]?.roleArn,
      problems: [
        ...new Set(livePods(world.workloads, namespace).map((pod) => identityProblem(pod, expect) ?? '')),
      ],
    })),
  };
}

function meaning(document: PolicyDocument): readonly string[] {
  return normalStatements(document);
}
