/** Reads ControlPlanes and namespaces. */
import { z } from 'zod';
import { Failure } from '../../model/failure.ts';
import type { Namespace } from '../../model/host.ts';
import type { RawControlPlane } from '../../model/ports.ts';
import type { ClusterApi } from '../api/api.ts';
import { sideBySide } from '../../wait/side-by-side.ts';
import { conditionSchema, metadataSchema, objectSchema, orElse } from './metadata.ts';

const controlPlaneSchema = z.object({
  metadata: metadataSchema,
  spec: orElse(
    z.object({ hostNamespace: z.object({ name: z.string().optional() }).optional() }).optional(),
    undefined,
  ),
  status: orElse(
    z.object({
      controlPlaneID: z.string().optional(),
      conditions: orElse(z.array(conditionSchema), []).default([]),
    }),
    { conditions: [] },
  ).default({ conditions: [] }),
});

type Listed = z.infer<typeof controlPlaneSchema>;

function keyOf({ metadata: { namespace, name } }: z.infer<typeof objectSchema>): string {
  return `${namespace}/${name}`;
}

function toControlPlane(listed: Listed, matching: ReadonlySet<string> | undefined): RawControlPlane {
  const { metadata, spec, status } = listed;
  const { labels, name, namespace: group } = metadata;
  const id = status.controlPlaneID || undefined;
  const hostNamespace = spec?.hostNamespace?.name || undefined;
  return {
    group,
    name,
    ...(id !== undefined && { id }),
    ...(hostNamespace !== undefined && { hostNamespace }),
    deleting: metadata.deletionTimestamp !== undefined,
    matchesSelector: matching === undefined || matching.has(keyOf(listed)),
    ...(Object.keys(labels).length > 0 && { labels }),
    conditions: Object.fromEntries(
      status.conditions.map(({ type, status: is, reason }) => [type, { status: is, reason }]),
    ),
  };
}

/** All control planes of the Space; undefined where the cluster has no such kind. The API server evaluates the selector, when there is one. */
export async function readControlPlanes(
  api: ClusterApi,
  selector: string | undefined,
): Promise<readonly RawControlPlane[] | undefined> {
  const tried = 'list the control planes';
  const path = await api.pathOf(tried, 'spaces.upbound.io', 'controlplanes');
  if (path === undefined) return undefined;
  const [all, selected] = await sideBySide([
    api.list({ tried, path, schema: controlPlaneSchema }),
    selector === undefined ? Promise.resolve(undefined) : readSelected(api, path, selector),
  ]);
  return all.map((each) => toControlPlane(each, selected));
}

/** A selector that the API server can't parse is the user's mistake, not the cluster's. */
async function readSelected(
  api: ClusterApi,
  path: string,
  labelSelector: string,
): Promise<ReadonlySet<string>> {
  const tried = `list the control planes that match "${labelSelector}"`;
  const onOther = (said: string): Failure =>
    new Failure('invalid-input', {
      tried,
      said,
      next: 'Write `control-plane-selector` as for `kubectl get --selector`, e.g. `team=payments,stage in (prod)`.',
    });
  const listed = await api.list({
    tried,
    path,
    labelSelector,
    schema: objectSchema,
    metadataOnly: true,
    onOther,
  });
  return new Set(listed.map(keyOf));
}

const CONTROL_PLANE_GROUP = 'internal.spaces.upbound.io/controlplane-namespace';
const CONTROL_PLANE_NAME = 'internal.spaces.upbound.io/controlplane-name';

/** All namespaces of the cluster. Throws the explained Failure. */
export async function readNamespaces(api: ClusterApi): Promise<readonly Namespace[]> {
  const request = { tried: 'list the namespaces', path: '/api/v1/namespaces' };
  const all = await api.list({ ...request, schema: objectSchema, metadataOnly: true });
  return all.map(({ metadata: { name, labels, deletionTimestamp } }) => {
    const controlPlaneGroup = labels[CONTROL_PLANE_GROUP] || undefined;
    const controlPlaneName = labels[CONTROL_PLANE_NAME] || undefined;
    return {
      name,
      ...(deletionTimestamp !== undefined && { terminating: true }),
      ...(controlPlaneGroup !== undefined && { controlPlaneGroup }),
      ...(controlPlaneName !== undefined && { controlPlaneName }),
    };
  });
}
