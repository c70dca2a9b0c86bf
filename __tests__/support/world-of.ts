/** Makes the core's own records of what a test describes: the world with its hosts, and what is desired. */
import { resolveTarget } from '../../src/desired/target.ts';
import { desiredOf as desiredIn } from '../../src/flow/dependencies.ts';
import type { Intent } from '../../src/model/config.ts';
import type { Desired } from '../../src/model/desired.ts';
import type { Json } from '../../src/model/json.ts';
import type { Place } from '../../src/model/record.ts';
import type { Cluster, World } from '../../src/model/world.ts';
import { hostsOf } from '../../src/observe/hosts.ts';
import { trustReadings, withHosts } from '../../src/observe/assemble.ts';
import { caller, cluster, config, type WorldParts } from './factories.ts';

export function placeOf(intent: Intent, on: Cluster = cluster()): Place {
  return { caller, cluster: on, target: resolveTarget(intent, on) };
}

export function desiredOf(
  intent: Intent,
  on: Cluster = cluster(),
  digestInputs: Readonly<Record<string, Json>> = {},
): Desired {
  return desiredIn(config({ intent, digestInputs }), placeOf(intent, on));
}

export function worldOf(intent: Intent, parts: WorldParts): World {
  const place = placeOf(intent, parts.cluster);
  const { role, provider, controlPlanes, namespaces, stores, secrets, workloads, associations } = parts;
  const raw = controlPlanes
    .filter(({ group }) => group !== '')
    .map(({ group, name, deleting }) => ({ group, name, deleting, matchesSelector: true, conditions: {} }));
  const hosts = hostsOf({
    controlPlanes,
    facts: { controlPlanes: raw, namespaces, stores, secrets },
    workloads,
    associations,
    trust: role === undefined ? undefined : trustReadings(role, place.target, intent),
  });
  return {
    ...place,
    space: parts.space,
    sameCluster: parts.sameCluster,
    seenAt: parts.seenAt,
    listsControlPlanes: parts.listsControlPlanes ?? controlPlanes.length > 0,
    ...(parts.annotatedAccounts !== undefined && { annotatedAccounts: parts.annotatedAccounts }),
    iam: {
      ...(provider !== undefined && { provider }),
      ...(role !== undefined && { role }),
      trustPolicyQuota: parts.trustPolicyQuota,
      trustPolicyQuotaKnown: parts.trustPolicyQuotaKnown,
    },
    agent: parts.agent,
    release: parts.release,
    ...withHosts(hosts),
  };
}
