/** Which control planes a SharedSecretStore selects (its CRD: same group; named, or matched by one of the label selectors). */
import { z } from 'zod';
import type { RawControlPlane, SpaceFacts } from '../model/ports.ts';
import type { SecretStore, World } from '../model/world.ts';
import type { Target } from './targets.ts';

const expressionSchema = z.object({
  key: z.string(),
  operator: z.string(),
  values: z.array(z.string()).default([]),
});
const labelSelectorSchema = z.object({
  matchLabels: z.record(z.string(), z.string()).default({}),
  matchExpressions: z.array(expressionSchema).default([]),
});
const selectorSchema = z.object({
  names: z.array(z.string()).default([]),
  labelSelectors: z.array(labelSelectorSchema).default([]),
});

type Labels = NonNullable<RawControlPlane['labels']>;

/** The stores with the control planes that each selects. */
export function mapStores({ stores, controlPlanes, namespaces }: SpaceFacts): readonly SecretStore[] {
  // With namespaces named outright, control planes are known by the labels of their host namespaces alone.
  const named = namespaces.flatMap(({ controlPlaneGroup: group, controlPlaneName: name }) =>
    group === undefined || name === undefined ? [] : [{ group, name }],
  );
  const candidates: readonly Candidate[] = controlPlanes.length > 0 ? controlPlanes : named;
  return stores.map((store) => ({
    ...store,
    selects: candidates.filter((one) => selects(store, one)).map(({ group, name }) => `${group}/${name}`),
  }));
}

type Candidate = Pick<RawControlPlane, 'group' | 'name' | 'labels'>;

function selects(store: SecretStore, { group, name, labels = {} }: Candidate): boolean {
  const selector = selectorSchema.safeParse(store.selector).data;
  if (selector === undefined || group !== store.group) return false;
  return selector.names.includes(name) || selector.labelSelectors.some((one) => matches(one, labels));
}

/** Kubernetes' label selectors: all that is asked has to hold. */
function matches(selector: z.infer<typeof labelSelectorSchema>, labels: Labels): boolean {
  const byLabels = Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value);
  return byLabels && selector.matchExpressions.every((one) => holds(one, labels));
}

function holds({ key, operator, values }: z.infer<typeof expressionSchema>, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

/** The stores of AWS that go into a control plane. */
export function awsStoresOf(world: World, target: Target): readonly SecretStore[] {
  const key = controlPlaneOf(world, target);
  return world.stores.filter((store) => store.provider === 'aws' && store.selects?.includes(key) === true);
}

/** `group/name`; of a namespace named outright, what its labels say. */
export function controlPlaneOf(world: World, { controlPlane, namespace }: Target): string {
  if (controlPlane.group !== '') return `${controlPlane.group}/${controlPlane.name}`;
  const there = world.namespaces.find((one) => one.name === namespace);
  return `${there?.controlPlaneGroup ?? ''}/${there?.controlPlaneName ?? ''}`;
}

/**
 * Whether nothing in a control plane depends on what its controller's pods carry: with `auth.jwt` External Secrets reads the
 * role from the service account and takes a token itself, webhook and restart aside (its AWS provider). Without any store
 * the pods count: whoever adds one later expects them to have the identity.
 */
export function livesWithoutInjection(world: World, target: Target): boolean {
  const stores = awsStoresOf(world, target);
  return stores.length > 0 && stores.every((store) => store.auth === 'jwt');
}
