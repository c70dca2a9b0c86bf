/** Control planes, settings and labels of the stand-in for Spaces. */
import type { KubernetesObject } from '@kubernetes/client-node';

/** The labels that Spaces puts on the host namespace of a control plane. */
export const nameLabel = 'internal.spaces.upbound.io/controlplane-name';
export const groupLabel = 'internal.spaces.upbound.io/controlplane-namespace';

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message?: string;
  readonly lastTransitionTime: string;
}

export interface ControlPlane extends KubernetesObject {
  readonly spec?: {
    readonly crossplane?: { readonly state?: 'Running' | 'Paused' };
    readonly hostNamespace?: { readonly name: string; readonly deletionPolicy?: 'Delete' | 'Orphan' };
  };
  readonly status?: {
    readonly controlPlaneID?: string;
    readonly firstAvailableAt?: string;
    readonly conditions?: readonly Condition[];
  };
}

/** What the chart tells the controller, from its ConfigMap. */
export interface SpaceConfig {
  readonly registry: string;
  /** The alpha gate of `spec.hostNamespace`. */
  readonly hostNamespace: boolean;
  readonly highlyAvailable: boolean;
  /** What runs in place of all images, on nodes that really start containers. */
  readonly standIn?: { readonly image: string; readonly command: readonly string[] } | undefined;
  readonly sharedSecrets: {
    readonly enabled: boolean;
    readonly annotations: Readonly<Record<string, string>>;
    readonly podLabels: Readonly<Record<string, string>>;
    readonly resources: object;
  };
}

export interface ControllerSettings {
  /** How long a changed chart value takes to reach the last control plane; the first has it after half of that. */
  propagationMs: number;
  /** How long a new control plane stays without an ID. */
  provisionMs: number;
  /** Control planes as `group/name` that never get an ID. */
  neverProvision: Set<string>;
  /** IDs by `group/name` for control planes that come without one: a lost one that is restored gets its own again. */
  ids: Map<string, string>;
  /** Whether a paused control plane's secrets operator has no replicas either (not documented by Spaces). */
  pauseSharedSecrets: boolean;
  /** Whether what was changed by hand in a host namespace is put right within a second or two: the Space's values override it. */
  restoreHandMade: boolean;
  /** How often the status of SharedSecretStores and SharedExternalSecrets is brought up to date. */
  storeSyncMs: number;
  /** How long one that works is left alone while nothing in the cluster changes; External Secrets looks at a store every 5 minutes. */
  recheckMs: number;
  /** The longest pause before one that fails is tried again: pauses double from one second; a restart begins them anew. */
  retryMaxMs: number;
}

/** `group/name`. */
export function keyOf(object: KubernetesObject): string {
  return `${object.metadata?.namespace}/${object.metadata?.name}`;
}
