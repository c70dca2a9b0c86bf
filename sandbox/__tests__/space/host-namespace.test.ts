/** What is made in a host namespace. */
import { expect, test } from '@jest/globals';
import { hostNamespaceOf, hostObjects, namespaceOf } from '../../space/host-namespace.ts';
import type { V1Deployment } from '@kubernetes/client-node';
import type { ControlPlane, SpaceConfig } from '../../space/types.ts';

const config: SpaceConfig = {
  registry: 'registry.example.com',
  hostNamespace: false,
  highlyAvailable: false,
  sharedSecrets: {
    enabled: true,
    annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/r' },
    podLabels: { team: 'platform' },
    resources: {},
  },
};
const controlPlane: ControlPlane = { metadata: { name: 'ctp', namespace: 'team-a' }, spec: {} };

function named(
  list: readonly { kind?: string; metadata?: { name?: string } }[],
  kind: string,
): (string | undefined)[] {
  return list.filter((object) => object.kind === kind).map(({ metadata }) => metadata?.name);
}

function deployments(objects: readonly object[]): V1Deployment[] {
  return objects.filter((object): object is V1Deployment => 'kind' in object && object.kind === 'Deployment');
}

function replicas(objects: readonly object[]): (number | undefined)[] {
  return deployments(objects).map(({ spec }) => spec?.replicas);
}

test('the namespace goes by the ID, unless the gate is on and the user chose one', () => {
  const chosen: ControlPlane = { ...controlPlane, spec: { hostNamespace: { name: 'mine' } } };
  expect(hostNamespaceOf(controlPlane, 'id', config)).toBe('mxp-id-system');
  expect(hostNamespaceOf(chosen, 'id', config)).toBe('mxp-id-system');
  expect(hostNamespaceOf(chosen, 'id', { ...config, hostNamespace: true })).toBe('mine');
  expect(namespaceOf(controlPlane, 'mxp-id-system').metadata?.labels).toEqual({
    'internal.spaces.upbound.io/controlplane-name': 'ctp',
    'internal.spaces.upbound.io/controlplane-namespace': 'team-a',
  });
});

test('only the controller of Shared Secrets gets the annotation and the labels', () => {
  const { apply, remove } = hostObjects(controlPlane, 'ns', config, true);
  expect(remove).toEqual([]);
  const annotated = apply.filter(({ metadata }) => Object.keys(metadata?.annotations ?? {}).length > 0);
  expect(named(annotated, 'ServiceAccount')).toEqual(['external-secrets-controller']);
  const accounts = deployments(apply).map(({ metadata, spec }) => [
    metadata?.name,
    spec?.template.spec?.serviceAccountName,
    spec?.template.metadata?.labels?.['team'],
  ]);
  expect(accounts).toEqual([
    ['crossplane', 'crossplane', undefined],
    ['external-secrets', 'external-secrets-controller', 'platform'],
    ['external-secrets-webhook', 'external-secrets-webhook', undefined],
    ['external-secrets-cert-controller', 'external-secrets-cert-controller', undefined],
  ]);
});

test('with Shared Secrets off, what belongs to it goes', () => {
  const off = { ...config, sharedSecrets: { ...config.sharedSecrets, enabled: false } };
  const { apply, remove } = hostObjects(controlPlane, 'ns', off, true);
  expect(named(apply, 'Deployment')).toEqual(['crossplane']);
  expect(named(remove, 'Deployment')).toContain('external-secrets');
  expect(named(remove, 'ServiceAccount')).toContain('external-secrets-controller');
});

test('a paused control plane has no replicas; one that is highly available has two of the controller', () => {
  const paused: ControlPlane = { ...controlPlane, spec: { crossplane: { state: 'Paused' } } };
  expect(replicas(hostObjects(paused, 'ns', config, true).apply)).toEqual([0, 0, 0, 0]);
  expect(replicas(hostObjects(paused, 'ns', config, false).apply)).toEqual([0, 1, 1, 1]);
  const available = { ...config, highlyAvailable: true };
  expect(replicas(hostObjects(controlPlane, 'ns', available, true).apply)).toEqual([1, 2, 1, 1]);
});
