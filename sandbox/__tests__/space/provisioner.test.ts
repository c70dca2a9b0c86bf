/** A control plane on its way. */
import { beforeEach, expect, test } from '@jest/globals';
import { Provisioner } from '../../space/provisioner.ts';
import type { KubernetesObject } from '@kubernetes/client-node';
import type { Objects, SpacesObject } from '../../space/objects.ts';
import type { ControllerSettings, ControlPlane, SpaceConfig } from '../../space/types.ts';

const config: SpaceConfig = {
  registry: 'registry.example.com',
  hostNamespace: false,
  highlyAvailable: false,
  sharedSecrets: { enabled: true, annotations: {}, podLabels: {}, resources: {} },
};
const role = 'arn:aws:iam::111122223333:role/r';
let done: string[] = [];
let status: Record<string, unknown> = {};
let available = true;
let settings: ControllerSettings;
let provisioner: Provisioner;

function note(verb: string): (object: KubernetesObject) => Promise<void> {
  return ({ kind, metadata }) => {
    done.push(`${verb} ${kind} ${metadata?.name}`);
    return Promise.resolve();
  };
}

const objects: Objects = {
  apply: note('apply'),
  remove: note('remove'),
  merge: (_target: SpacesObject, patch) => {
    done.push(`merge ${JSON.stringify(patch)}`);
    return Promise.resolve();
  },
  mergeStatus: (_target: SpacesObject, change) => {
    status = { ...status, ...change };
    return Promise.resolve();
  },
};

function controlPlane(more: Partial<ControlPlane> = {}, metadata: object = {}): ControlPlane {
  return { metadata: { name: 'ctp', namespace: 'team-a', uid: 'u1', ...metadata }, spec: {}, ...more };
}

beforeEach(() => {
  done = [];
  status = {};
  available = true;
  settings = {
    propagationMs: 0,
    provisionMs: 0,
    neverProvision: new Set(),
    ids: new Map(),
    pauseSharedSecrets: true,
    restoreHandMade: false,
    storeSyncMs: 1_000,
    recheckMs: 300_000,
    retryMaxMs: 420_000,
  };
  provisioner = new Provisioner({ objects, settings, areAvailable: () => available, log: () => {} });
});

test('gives an ID, the namespace and what is in it, and says Ready when all is available', async () => {
  available = false;
  await provisioner.reconcile(controlPlane(), config);
  const namespace = provisioner.namespaceOf(controlPlane());
  expect(namespace).toBe(`mxp-${String(status['controlPlaneID'])}-system`);
  expect(provisioner.ownerOf(namespace ?? '')).toBe('team-a/ctp');
  expect(done).toContain(`apply Namespace ${namespace}`);
  expect(JSON.stringify(status['conditions'])).toContain('"reason":"Creating"');
  available = true;
  await provisioner.reconcile(controlPlane(), config);
  expect(JSON.stringify(status['conditions'])).toContain('"type":"Ready","status":"True"');
});

test('keeps the ID that a control plane has, and does nothing the second time', async () => {
  const known = controlPlane({ status: { controlPlaneID: 'id-1' } });
  await provisioner.reconcile(known, config);
  expect(provisioner.namespaceOf(known)).toBe('mxp-id-1-system');
  done = [];
  await provisioner.reconcile(known, config);
  expect(done).toEqual([]);
});

test('gives a control plane that comes back the ID that it had', async () => {
  settings.ids.set('team-a/ctp', 'id-1');
  await provisioner.reconcile(controlPlane(), config);
  expect(provisioner.namespaceOf(controlPlane())).toBe('mxp-id-1-system');
  expect(status['controlPlaneID']).toBe('id-1');
});

test('carries a changed config only once it has arrived', async () => {
  await provisioner.reconcile(controlPlane(), config);
  done = [];
  const annotations = { 'eks.amazonaws.com/role-arn': role };
  const changed = { ...config, sharedSecrets: { ...config.sharedSecrets, annotations } };
  await provisioner.reconcile(controlPlane(), changed);
  expect(done).toEqual([]);
  provisioner.configure(controlPlane(), changed);
  await provisioner.reconcile(controlPlane(), changed);
  expect(done).toContain('apply ServiceAccount external-secrets-controller');
});

test('leaves a control plane without an ID when told to', async () => {
  settings.neverProvision.add('team-a/ctp');
  await provisioner.reconcile(controlPlane(), config);
  expect(provisioner.namespaceOf(controlPlane())).toBeUndefined();
  expect(status).not.toHaveProperty('controlPlaneID');
  expect(JSON.stringify(status['conditions'])).toContain('"type":"ControlPlaneProvisioned","status":"False"');
});

test('takes the namespace away with the control plane, unless it is to be orphaned', async () => {
  const metadata = {
    deletionTimestamp: new Date(0),
    finalizers: ['internal.spaces.upbound.io/controlplane', 'x'],
  };
  const gone = controlPlane({ status: { controlPlaneID: 'id-1' } }, metadata);
  await provisioner.reconcile(gone, config);
  expect(done).toEqual(['remove Namespace mxp-id-1-system', 'merge {"metadata":{"finalizers":["x"]}}']);
  done = [];
  const spec = { hostNamespace: { name: 'mine', deletionPolicy: 'Orphan' as const } };
  await provisioner.reconcile({ ...gone, spec }, { ...config, hostNamespace: true });
  expect(done).toEqual(['merge {"metadata":{"finalizers":["x"]}}']);
});

test('puts right what was changed by hand only when it is told to', async () => {
  await provisioner.reconcile(controlPlane(), config);
  done = [];
  await provisioner.reconcile(controlPlane(), config);
  expect(done).toEqual([]);
  settings.restoreHandMade = true;
  await provisioner.reconcile(controlPlane(), config);
  expect(done.some((what) => what.includes('ServiceAccount'))).toBe(true);
});
