/** The Spaces release as a world begins, with values of its own. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { runnerGroup } from './account.ts';
import type { Tool } from './tools.ts';

export const releaseName = 'spaces';
export const releaseNamespace = 'upbound-system';

export interface ReleaseOptions {
  readonly dir: string;
  readonly helm: Tool;
  /** Packed chart. */
  readonly chart: string;
  readonly values: object;
  readonly serverSideApply: boolean;
}

/** Values that a user of Spaces would have set: whoever upgrades the release has to keep them. */
export const userValues = {
  account: 'octo-org',
  clusterType: 'eks',
  registry: 'registry.example.com/spaces-artifacts',
  ingress: { host: 'spaces.example.com' },
  authentication: { hubIdentities: true },
  controlPlanes: {
    vector: { serviceAccount: { customAnnotations: { 'example.com/team': 'platform' } } },
    sharedSecrets: { resources: { requests: { cpu: '20m' } } },
  },
};

/** Installs Spaces as its owner did, long before the action comes. */
export async function installRelease(options: ReleaseOptions): Promise<void> {
  const file = join(options.dir, 'values.yaml');
  await writeFile(file, stringify(options.values));
  await options.helm([
    'install',
    releaseName,
    options.chart,
    '--namespace',
    releaseNamespace,
    '--create-namespace',
    `--server-side=${options.serverSideApply}`,
    '--values',
    file,
  ]);
}

/** What the job's group may do in the cluster when nothing narrower is given. */
export const clusterAdmin = stringify({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: runnerGroup },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: runnerGroup }],
});

/** Sets `part` over `base`, map by map. */
export function mergeValues(base: object, part: object): object {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(part)) {
    const before = merged[key];
    merged[key] = isMap(before) && isMap(value) ? mergeValues(before, value) : (value as unknown);
  }
  return merged;
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
