/** Which control planes a SharedSecretStore selects (its CRD: same group; named, or matched by one of the label selectors). */
import { z } from 'zod';
import type { SecretStore } from '../model/host.ts';
import type { RawControlPlane } from '../model/ports.ts';

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

/** A control plane as a store looks at it. */
export type StoreCandidate = Pick<RawControlPlane, 'group' | 'name' | 'labels'>;
type Labels = NonNullable<RawControlPlane['labels']>;

export function selects(store: SecretStore, { group, name, labels = {} }: StoreCandidate): boolean {
  const selector = selectorSchema.safeParse(store.selector).data;
  if (selector === undefined || group !== store.group) return false;
  return (
    selector.names.includes(name) ||
    selector.labelSelectors.some((labelSelector) => matches(labelSelector, labels))
  );
}

/** Kubernetes' label selectors: all that is asked has to hold. */
function matches(selector: z.infer<typeof labelSelectorSchema>, labels: Labels): boolean {
  const byLabels = Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value);
  return byLabels && selector.matchExpressions.every((expression) => holds(expression, labels));
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
