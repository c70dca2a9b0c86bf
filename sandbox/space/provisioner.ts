/** Brings one control plane to where it should be. */
import { createHash, randomUUID } from 'node:crypto';
import { hostNamespaceOf, hostObjects, namespaceOf } from './host-namespace.ts';
import {
  type Condition,
  type ControllerSettings,
  type ControlPlane,
  keyOf,
  type SpaceConfig,
} from './types.ts';
import type { Objects, SpacesObject } from './objects.ts';

const finalizer = 'internal.spaces.upbound.io/controlplane';

/** What the controller remembers of a control plane between two looks at it. */
interface Memory {
  id: string;
  config: SpaceConfig;
  appliedHash: string;
  conditions: string;
  firstAvailableAt: string | undefined;
}

export interface ProvisionerOptions {
  readonly objects: Objects;
  readonly settings: ControllerSettings;
  /** Whether these Deployments have the replicas they want. */
  readonly areAvailable: (namespace: string, names: readonly string[]) => boolean;
  readonly log: (line: string) => void;
}

/** Brings one control plane to what its spec and the chart's config say. */
export class Provisioner {
  private readonly memories = new Map<string, Memory>();
  private readonly owners = new Map<string, string>();
  private readonly options: ProvisionerOptions;

  constructor(options: ProvisionerOptions) {
    this.options = options;
  }

  /** From the next look at it, this control plane has this config. */
  configure(controlPlane: ControlPlane, config: SpaceConfig): void {
    const memory = this.memories.get(uidOf(controlPlane));
    if (memory) memory.config = config;
  }

  /** The control plane (`group/name`) that has this host namespace. */
  ownerOf(namespace: string): string | undefined {
    return this.owners.get(namespace);
  }

  /** The host namespace of a control plane, once it has an ID. */
  namespaceOf(controlPlane: ControlPlane): string | undefined {
    const memory = this.memories.get(uidOf(controlPlane));
    return memory && hostNamespaceOf(controlPlane, memory.id, memory.config);
  }

  /** Gives an ID, then a namespace with its workloads, then the condition Ready. Does nothing when nothing is to do. */
  async reconcile(controlPlane: ControlPlane, config: SpaceConfig): Promise<void> {
    const { objects, settings } = this.options;
    if (controlPlane.metadata?.deletionTimestamp) {
      await this.tearDown(controlPlane, config);
      return;
    }
    if (settings.neverProvision.has(keyOf(controlPlane))) {
      await this.setConditions(controlPlane, undefined, [unprovisioned('waiting for capacity')]);
      return;
    }
    const memory = await this.remember(controlPlane, config);
    const namespace = hostNamespaceOf(controlPlane, memory.id, memory.config);
    const wanted = hostObjects(controlPlane, namespace, memory.config, settings.pauseSharedSecrets);
    const hash = createHash('sha256').update(JSON.stringify(wanted)).digest('hex');
    this.owners.set(namespace, keyOf(controlPlane));
    if (hash !== memory.appliedHash || settings.restoreHandMade) {
      await objects.apply(namespaceOf(controlPlane, namespace));
      for (const object of wanted.remove) await objects.remove(object);
      for (const object of wanted.apply) await objects.apply(object);
      memory.appliedHash = hash;
    }
    const deployments = wanted.apply.filter(({ kind }) => kind === 'Deployment');
    const names = deployments.map(({ metadata }) => metadata?.name ?? '');
    if (this.options.areAvailable(namespace, names)) await this.setReady(controlPlane, memory);
  }

  private async remember(controlPlane: ControlPlane, config: SpaceConfig): Promise<Memory> {
    const uid = uidOf(controlPlane);
    const known = this.memories.get(uid);
    if (known) return known;
    const { status, metadata } = controlPlane;
    const id = status?.controlPlaneID ?? this.options.settings.ids.get(keyOf(controlPlane)) ?? randomUUID();
    const { firstAvailableAt } = status ?? {};
    const memory: Memory = { id, config, appliedHash: '', conditions: '', firstAvailableAt };
    this.memories.set(uid, memory);
    if (!metadata?.finalizers?.includes(finalizer)) {
      const finalizers = [...(metadata?.finalizers ?? []), finalizer];
      await this.options.objects.merge(target(controlPlane), { metadata: { finalizers } });
    }
    if (status?.controlPlaneID === undefined) {
      await this.setConditions(controlPlane, memory, [
        provisioned(),
        condition('Ready', 'False', 'Creating'),
      ]);
    }
    return memory;
  }

  private async setReady(controlPlane: ControlPlane, memory: Memory): Promise<void> {
    const paused = controlPlane.spec?.crossplane?.state === 'Paused';
    memory.firstAvailableAt ??= new Date().toISOString();
    await this.setConditions(controlPlane, memory, [
      provisioned(),
      condition('Supported', 'True', 'SupportedCrossplaneVersion'),
      condition('Healthy', 'True', 'HealthyControlPlane'),
      condition('CrossplaneRunning', paused ? 'False' : 'True', paused ? 'Paused' : 'Started'),
      condition('Ready', 'True', 'Available'),
    ]);
  }

  private async setConditions(
    controlPlane: ControlPlane,
    memory: Memory | undefined,
    conditions: readonly Condition[],
  ): Promise<void> {
    const text = summary(conditions);
    const current = memory?.conditions ?? summary(controlPlane.status?.conditions ?? []);
    if (text === current) return;
    await this.options.objects.mergeStatus(target(controlPlane), {
      conditions,
      ...(memory ? { controlPlaneID: memory.id } : {}),
      ...(memory?.firstAvailableAt === undefined ? {} : { firstAvailableAt: memory.firstAvailableAt }),
    });
    if (memory) memory.conditions = text;
  }

  private async tearDown(controlPlane: ControlPlane, config: SpaceConfig): Promise<void> {
    const { objects, log } = this.options;
    const id = controlPlane.status?.controlPlaneID;
    if (id !== undefined && controlPlane.spec?.hostNamespace?.deletionPolicy !== 'Orphan') {
      const name = hostNamespaceOf(
        controlPlane,
        id,
        this.memories.get(uidOf(controlPlane))?.config ?? config,
      );
      await objects.remove({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      log(`control plane ${keyOf(controlPlane)}: removing ${name}`);
    }
    this.memories.delete(uidOf(controlPlane));
    const finalizers = (controlPlane.metadata?.finalizers ?? []).filter((entry) => entry !== finalizer);
    await objects.merge(target(controlPlane), { metadata: { finalizers } });
  }
}

function uidOf(controlPlane: ControlPlane): string {
  return controlPlane.metadata?.uid ?? '';
}

function target(controlPlane: ControlPlane): SpacesObject {
  const { namespace = '', name = '' } = controlPlane.metadata ?? {};
  return { version: 'v1beta1', plural: 'controlplanes', namespace, name };
}

function summary(conditions: readonly Condition[]): string {
  return conditions.map(({ type, status, reason }) => `${type}=${status}:${reason}`).join(' ');
}

function condition(type: string, status: Condition['status'], reason: string, message?: string): Condition {
  const lastTransitionTime = new Date().toISOString();
  return { type, status, reason, lastTransitionTime, ...(message === undefined ? {} : { message }) };
}

function provisioned(): Condition {
  return condition('ControlPlaneProvisioned', 'True', 'Provisioned');
}

/** In progress is False with the reason of success, as Spaces has it. */
function unprovisioned(message: string): Condition {
  return condition('ControlPlaneProvisioned', 'False', 'Provisioned', message);
}
