/** Reads ControlPlanes and namespaces from what kubectl prints. */
import { z } from 'zod';
import type { RawControlPlane } from '../../model/ports.ts';
import type { Namespace } from '../../model/host.ts';
import { jsonField, nonEmpty, rowTemplate, rows } from './rows.ts';
import type { Row } from './rows.ts';

/** The full name: Envoy Gateway owns the short name `ctp` too. */
const RESOURCE = 'controlplanes.spaces.upbound.io';

const CONTROL_PLANE = {
  group: '.metadata.namespace',
  name: '.metadata.name',
  deletedAt: '.metadata.deletionTimestamp',
  id: '.status.controlPlaneID',
  hostNamespace: '.spec.hostNamespace.name',
  conditions: '.status.conditions',
  labels: '.metadata.labels',
};
const SELECTED = { group: '.metadata.namespace', name: '.metadata.name' };
const NAMESPACE = {
  name: '.metadata.name',
  deletedAt: '.metadata.deletionTimestamp',
  group: '.metadata.labels.internal\\.spaces\\.upbound\\.io/controlplane-namespace',
  controlPlane: '.metadata.labels.internal\\.spaces\\.upbound\\.io/controlplane-name',
};

const labelsSchema = z.record(z.string(), z.string());
const conditionsSchema = z.array(
  z.object({ type: z.string(), status: z.string(), reason: z.string().default('') }),
);

export const CONTROL_PLANES_ARGS: readonly string[] = [
  'get',
  RESOURCE,
  '--all-namespaces',
  '--output',
  rowTemplate(CONTROL_PLANE),
];

/** Lists the names of the control planes that match the selector; the API server evaluates it. */
export function selectedArgs(selector: string): readonly string[] {
  return ['get', RESOURCE, '--all-namespaces', `--selector=${selector}`, '--output', rowTemplate(SELECTED)];
}

function keyOf(row: Row<'group' | 'name'>): string {
  return `${row('group')}/${row('name')}`;
}

function toControlPlane(
  row: Row<keyof typeof CONTROL_PLANE>,
  matching: ReadonlySet<string> | undefined,
): RawControlPlane {
  const id = nonEmpty(row('id'));
  const hostNamespace = nonEmpty(row('hostNamespace'));
  const conditions = jsonField(row('conditions'), conditionsSchema, []);
  return {
    group: row('group'),
    name: row('name'),
    ...(id !== undefined && { id }),
    ...(hostNamespace !== undefined && { hostNamespace }),
    deleting: row('deletedAt') !== '',
    matchesSelector: matching === undefined || matching.has(keyOf(row)),
    ...(row('labels') !== '' && { labels: jsonField(row('labels'), labelsSchema, {}) }),
    conditions: Object.fromEntries(conditions.map(({ type, status, reason }) => [type, { status, reason }])),
  };
}

/** All control planes; `selected` is the output for the selector, undefined when none was given. */
export function parseControlPlanes(all: string, selected: string | undefined): readonly RawControlPlane[] {
  const matching = selected === undefined ? undefined : new Set(rows(selected, SELECTED).map(keyOf));
  return rows(all, CONTROL_PLANE).map((row) => toControlPlane(row, matching));
}

export const NAMESPACES_ARGS: readonly string[] = ['get', 'namespaces', '--output', rowTemplate(NAMESPACE)];

function toNamespace(row: Row<keyof typeof NAMESPACE>): Namespace {
  const controlPlaneGroup = nonEmpty(row('group'));
  const controlPlaneName = nonEmpty(row('controlPlane'));
  return {
    name: row('name'),
    ...(row('deletedAt') !== '' && { terminating: true }),
    ...(controlPlaneGroup !== undefined && { controlPlaneGroup }),
    ...(controlPlaneName !== undefined && { controlPlaneName }),
  };
}

export function parseNamespaces(stdout: string): readonly Namespace[] {
  return rows(stdout, NAMESPACE).map(toNamespace);
}
