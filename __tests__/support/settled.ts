/** Worlds in which everything is as wanted, for a test to disturb in one place. */
import type { Intent } from '../../src/model/config.ts';
import { ACCESS_POLICY_NAME } from '../../src/policy/access-policy.ts';
import { commonAccess } from './access.ts';
import { irsaTrust, podIdentityTrust } from '../../src/policy/trust-documents.ts';
import { association, intent, release, role, type WorldParts } from './factories.ts';
import { withValue } from './fake-helm.ts';
import { host, OURS, PROVIDER_ARN, ROLE_ARN, SERVICE_ACCOUNT } from './names.ts';
import { running } from './workloads.ts';
import { desiredOf, placeOf } from './world-of.ts';

export const IRSA: Intent = intent();
export const PODS: Intent = intent({ identity: 'pod-identity' });

export const ANNOTATION_PATH = [
  'controlPlanes',
  'sharedSecrets',
  'serviceAccount',
  'customAnnotations',
  'eks.amazonaws.com/role-arn',
];

const inlinePolicies = { [ACCESS_POLICY_NAME]: commonAccess(desiredOf(intent()).grants) };
const trusted = (ids: readonly string[]) =>
  ({
    target: placeOf(intent()).target,
    scope: 'exact',
    namespaces: ids.map(host),
    serviceAccount: SERVICE_ACCOUNT,
  }) as const;

/** A release whose values annotate every service account with a role. */
export function annotating(roleArn: string): WorldParts['release'] {
  const plain = release();
  return { kind: 'found', release: { ...plain, values: withValue(plain.values, ANNOTATION_PATH, roleArn) } };
}

export function settledIrsa(
  ids: readonly string[] = ['a', 'b'],
  overrides: Partial<WorldParts> = {},
): WorldParts {
  const base = running(Object.fromEntries(ids.map((id) => [id, 'irsa'] as const)));
  return {
    ...base,
    workloads: {
      ...base.workloads,
      serviceAccounts: ids.map((id) => ({ namespace: host(id), roleArn: ROLE_ARN })),
    },
    provider: { arn: PROVIDER_ARN, audiences: ['sts.amazonaws.com'], tags: OURS },
    role: role({ trustPolicy: irsaTrust(trusted(ids)), inlinePolicies }),
    release: annotating(ROLE_ARN),
    ...overrides,
  };
}

export function settledPods(
  ids: readonly string[] = ['a', 'b'],
  overrides: Partial<WorldParts> = {},
): WorldParts {
  return {
    ...running(Object.fromEntries(ids.map((id) => [id, 'pod-identity'] as const))),
    role: role({ trustPolicy: podIdentityTrust(trusted(ids)), inlinePolicies }),
    associations: ids.map((id) => association(id)),
    ...overrides,
  };
}
