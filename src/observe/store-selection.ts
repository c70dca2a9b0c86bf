/** Which control planes a SharedSecretStore or SharedExternalSecret selects (their CRDs: same group; named, or matched by one of the label selectors). */
import { z } from 'zod';
import type { Host, SecretStore } from '../model/host.ts';
import type { SpaceFacts } from '../model/ports.ts';
import type { SharedSecret, SharedSecrets } from '../model/shared-secret.ts';

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

type Labels = Readonly<Record<string, string>>;
type Selector = z.infer<typeof selectorSchema>;

/** `unknown`: it depends on what was not read. */
export type Selected = 'yes' | 'no' | 'unknown';

/** A control plane as a store looks at it: group and name are empty, and labels absent, as far as they are not known. */
export interface StoreCandidate {
  readonly group: string;
  readonly name: string;
  readonly labels?: Labels;
}

/** What selects control planes, with what Spaces says of it there. */
type Selecting = Pick<SecretStore, 'group' | 'selector' | 'provisioned' | 'failed' | 'stale'> | SharedSecret;

/** Whether a store or a secret selects a control plane. */
export function selectedBy(selecting: Selecting, candidate: StoreCandidate): Selected {
  return selectionOf(selecting)(candidate);
}

/** The same for many control planes: the selector is read once. */
function selectionOf(selecting: Selecting): (candidate: StoreCandidate) => Selected {
  const selector = selectorSchema.safeParse(selecting.selector).data;
  if (selector === undefined) return () => 'unknown';
  if (selector.names.length + selector.labelSelectors.length === 0) return () => 'no';
  return ({ group, name, labels }) => {
    if (group === '') return 'unknown';
    if (group !== selecting.group) return 'no';
    if (labels === undefined && isTold(selecting, name)) return 'yes';
    return anyOf([
      ofNames(selector, name),
      ...selector.labelSelectors.map((labelSelector) => matches(labelSelector, labels)),
    ]);
  };
}

function ofNames({ names }: Selector, name: string): Selected {
  if (name === '') return names.length === 0 ? 'no' : 'unknown';
  return names.includes(name) ? 'yes' : 'no';
}

/** Spaces names a control plane in the status of the stores that select it. */
function isTold({ provisioned = [], failed, stale }: Selecting, name: string): boolean {
  const named = [...provisioned, ...failed.map(({ controlPlane }) => controlPlane)];
  return stale !== true && named.includes(name);
}

function anyOf(answers: readonly Selected[]): Selected {
  if (answers.includes('yes')) return 'yes';
  return answers.includes('unknown') ? 'unknown' : 'no';
}

/** Kubernetes' label selectors: all that is asked has to hold. */
function matches(selector: z.infer<typeof labelSelectorSchema>, labels: Labels | undefined): Selected {
  const asked = Object.entries(selector.matchLabels);
  if (asked.length + selector.matchExpressions.length === 0) return 'yes';
  if (labels === undefined) return 'unknown';
  if (asked.some(([key, value]) => labels[key] !== value)) return 'no';
  const answers = new Set(selector.matchExpressions.map((expression) => holds(expression, labels)));
  if (answers.has('no')) return 'no';
  return answers.has('unknown') ? 'unknown' : 'yes';
}

function holds({ key, operator, values }: z.infer<typeof expressionSchema>, labels: Labels): Selected {
  const value = labels[key];
  const isListed = value !== undefined && values.includes(value);
  switch (operator) {
    case 'In':
      return isListed ? 'yes' : 'no';
    case 'NotIn':
      return isListed ? 'no' : 'yes';
    case 'Exists':
      return value === undefined ? 'no' : 'yes';
    case 'DoesNotExist':
      return value === undefined ? 'yes' : 'no';
    default:
      return 'unknown';
  }
}

/** Those of a list that select a control plane, and those of which it can't be told. */
function finderIn<T extends Selecting>(
  list: readonly T[],
): (candidate: StoreCandidate | undefined) => {
  readonly selected: readonly T[];
  readonly possible: readonly T[];
} {
  const all = list.map((item) => [item, selectionOf(item)] as const);
  return (candidate) => {
    if (candidate === undefined) return { selected: [], possible: [] };
    const answers = all.map(([item, selects]) => [item, selects(candidate)] as const);
    const having = (wanted: Selected): readonly T[] =>
      answers.filter(([, answer]) => answer === wanted).map(([item]) => item);
    return { selected: having('yes'), possible: having('unknown') };
  };
}

/** What the Space's stores and secrets are found in. */
export type Selectable = Pick<SpaceFacts, 'controlPlanes' | 'stores'> & { readonly secrets: SharedSecrets };

type Stores = Pick<Host, 'stores' | 'possibleStores' | 'secrets'>;

/** Gives the AWS stores of a host's control plane, and its secrets. With namespaces named outright its labels are not known, perhaps not even its name. */
export function storeFinder({
  controlPlanes,
  stores,
  secrets,
}: Selectable): (host: Pick<Host, 'inStores' | 'controlPlane'>) => Stores {
  const storesOf = finderIn(stores.filter(({ provider }) => provider === 'aws'));
  const secretsOf = finderIn(secrets.kind === 'read' ? secrets.all : []);
  const labels = new Map(controlPlanes.map((raw) => [`${raw.group}/${raw.name}`, raw.labels ?? {}]));
  return ({ inStores, controlPlane }) => {
    const known = labels.get(`${inStores.group}/${inStores.name}`);
    // A control plane that was looked up and is not there is selected by nobody.
    const isNobody = known === undefined && controlPlane?.group !== '';
    const candidate = isNobody ? undefined : { ...inStores, ...(known !== undefined && { labels: known }) };
    const { selected, possible } = storesOf(candidate);
    return {
      stores: selected,
      possibleStores: possible,
      secrets: secrets.kind === 'read' ? { kind: 'read', ...secretsOf(candidate) } : secrets,
    };
  };
}
