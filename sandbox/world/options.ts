/** What can be chosen when a world starts. */
import type { Settings as AwsSettings } from '../aws/index.ts';
import type { WebhookSettings } from '../eks/pod-identity-webhook.ts';
import type { JobSettings } from '../github/server.ts';
import type { ControllerSettings } from '../space/types.ts';

export interface ControlPlaneSpec {
  readonly group: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** `spec.hostNamespace.name`; counts only with the chart value `features.alpha.hostNamespace.enabled`. */
  readonly hostNamespace?: string;
  readonly paused?: boolean;
  /** Never gets an ID. */
  readonly neverProvisioned?: boolean;
}

export interface WorldOptions {
  /** A number of them, spread over the groups, or each by name. Three if not given. */
  readonly controlPlanes?: number | readonly ControlPlaneSpec[];
  /** A number of groups, or their names. Two if not given. */
  readonly groups?: number | readonly string[];
  /** State directory, kept at the end. Without it, a temporary one that goes with the world. */
  readonly dir?: string;
  readonly clusterName?: string;
  readonly account?: string;
  readonly region?: string;
  readonly partition?: string;
  /** Version of the Spaces release that is installed. */
  readonly spacesVersion?: (typeof chartVersions)[number];
  /** The user's own Helm values, over those that the world gives. */
  readonly values?: object;
  /** Whether the release was made with server-side apply (as Helm 4 does) or not (as Helm 3 did). */
  readonly serverSideApply?: boolean;
  /** What provides the Pod Identity Agent at the start. */
  readonly agent?: 'none' | 'addon' | 'daemonset' | 'auto-mode';
  /** Permission policy of the job's role. */
  readonly runnerPolicy?: object;
  /** RBAC manifests for the group `spaces-workload-identity`, in place of cluster-admin. */
  readonly rbac?: string;
  readonly job?: Partial<JobSettings>;
  readonly awsSettings?: Partial<AwsSettings>;
  readonly controllerSettings?: Partial<ControllerSettings>;
  readonly webhookSettings?: Partial<WebhookSettings>;
  readonly log?: (line: string) => void;
}

/** The versions of the stand-in chart in the registry. */
export const chartVersions = ['1.16.2', '1.17.1'] as const;

/** Names `team-a`, `team-b`, ... for a number of groups. */
export function groupNames(groups: number | readonly string[] = 2): readonly string[] {
  if (typeof groups !== 'number') return groups;
  return Array.from({ length: groups }, (_, index) => `team-${letters(index)}`);
}

function letters(index: number): string {
  const letter = String.fromCodePoint(97 + (index % 26));
  return index < 26 ? letter : letters(Math.floor(index / 26) - 1) + letter;
}

/** Control planes `ctp-1`, `ctp-2`, ... in turn over the groups for a number of them. */
export function controlPlaneSpecs(
  controlPlanes: number | readonly ControlPlaneSpec[] = 3,
  groups: readonly string[] = groupNames(),
): readonly ControlPlaneSpec[] {
  if (typeof controlPlanes !== 'number') return controlPlanes;
  return Array.from({ length: controlPlanes }, (_, index) => ({
    group: groups[index % groups.length] ?? 'default',
    name: `ctp-${index + 1}`,
  }));
}
