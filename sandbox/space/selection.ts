/** Which control planes a SharedSecretStore or SharedExternalSecret goes into. */
import type { KubernetesObject } from '@kubernetes/client-node';
import type { ControlPlaneSelector } from '../external-secrets/types.ts';
import type { ControlPlane } from './types.ts';

/** Something that is projected into control planes of its group. */
interface Shared extends KubernetesObject {
  readonly spec?: { readonly controlPlaneSelector: ControlPlaneSelector };
}

/** Whether it goes into a control plane: same group, and named or labelled so. */
export function selects(shared: Shared, controlPlane: ControlPlane): boolean {
  const { metadata } = controlPlane;
  const selector = shared.spec?.controlPlaneSelector;
  if (!selector || metadata?.namespace !== shared.metadata?.namespace) return false;
  const labels = metadata?.labels ?? {};
  return (
    (selector.names ?? []).includes(metadata?.name ?? '') ||
    (selector.labelSelectors ?? []).some((candidate) => matches(candidate, labels))
  );
}

type LabelSelector = NonNullable<ControlPlaneSelector['labelSelectors']>[number];

function matches(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  const byLabels = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  const byExpressions = (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels[key];
    if (operator === 'Exists') return value !== undefined;
    if (operator === 'DoesNotExist') return value === undefined;
    const listed = value !== undefined && values.includes(value);
    return operator === 'In' ? listed : !listed;
  });
  return byLabels && byExpressions;
}
