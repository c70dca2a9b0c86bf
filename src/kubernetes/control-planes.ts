/** ControlPlanes and namespaces, as kubectl prints them. */
import { z } from 'zod';
import type { RawControlPlane } from '../model/ports.ts';
import type { Namespace } from '../model/world.ts';
import { jsonField, optional, rowTemplate, rows } from './rows.ts';

/** The full name: Envoy Gateway owns the short name `ctp` too. */
const RESOURCE = 'controlplanes.spaces.upbound.io';

const CONTROL_PLANE_FIELDS = [
  '.metadata.namespace',
  '.metadata.name',
  '.metadata.deletionTimestamp',
  '.status.controlPlaneID',
  '.spec.hostNamespace.name',
  '.status.conditions',
];

const conditionsSchema = z.array(
  z.object({ type: z.string(), status: z.string(), reason: z.string().default('') }),
);

export const CONTROL_PLANES_ARGS: readonly string[] = [
  'get',
  RESOURCE,
  '--all-namespaces',
  '--output',
  rowTemplate(CONTROL_PLANE_FIELDS),
];

/** Names of those that the API server finds to match the selector. */
export function selectedArgs(selector: string): readonly string[] {
  const template = rowTemplate(['.metadata.namespace', '.metadata.name']);
  return ['get', RESOURCE, '--all-namespaces', `--selector=${selector}`, '--output', template];
}

function toControlPlane(row: readonly string[], matching: ReadonlySet<string> | undefined): RawControlPlane {
  const [group = '', name = '', deletedAt, id, hostNamespace, conditions] = row;
  const list = jsonField(conditions, conditionsSchema, []);
  return {
    group,
    name,
    ...(optional(id) === undefined ? {} : { id }),
    ...(optional(hostNamespace) === undefined ? {} : { hostNamespace }),
    deleting: optional(deletedAt) !== undefined,
    matchesSelector: matching?.has(`${group}/${name}`) ?? true,
    conditions: Object.fromEntries(list.map(({ type, status, reason }) => [type, { status, reason }])),
  };
}

/** All control planes; `selected` is the output for the selector, undefined when none was given. */
export function parseControlPlanes(all: string, selected: string | undefined): readonly RawControlPlane[] {
  const matching =
    selected === undefined ? undefined : new Set(rows(selected, 2).map((row) => row.join('/')));
  return rows(all, CONTROL_PLANE_FIELDS.length).map((row) => toControlPlane(row, matching));
}

const NAMESPACE_FIELDS = [
  '.metadata.name',
  '.metadata.labels.internal\\.spaces\\.upbound\\.io/controlplane-namespace',
  '.metadata.labels.internal\\.spaces\\.upbound\\.io/controlplane-name',
];

export const NAMESPACES_ARGS: readonly string[] = [
  'get',
  'namespaces',
  '--output',
  rowTemplate(NAMESPACE_FIELDS),
];

function toNamespace([name = '', group, controlPlane]: readonly string[]): Namespace {
  return {
    name,
    ...(optional(group) === undefined ? {} : { controlPlaneGroup: group }),
    ...(optional(controlPlane) === undefined ? {} : { controlPlaneName: controlPlane }),
  };
}

export function parseNamespaces(stdout: string): readonly Namespace[] {
  return rows(stdout, NAMESPACE_FIELDS.length).map(toNamespace);
}
