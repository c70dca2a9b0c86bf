/** A job's RBAC rules, from the calls behind the methods it uses, apart by whether a job can do without them. */
import { HELM_READS, HELM_WRITES } from '../../src/cluster/helm/calls.ts';
import { KUBERNETES_PROOFS, KUBERNETES_READS, KUBERNETES_WRITES } from '../../src/cluster/kubectl/calls.ts';
import type { RbacRule } from '../../src/cluster/rbac-rule.ts';
import { HELM_USES, isProof, type Job, KUBERNETES_USES, usedBy } from './uses.ts';

/** In the order of the manifests. The Space's namespace is that of a plain installation. */
export const SCOPES: readonly { readonly scope: RbacRule['scope']; readonly namespace?: string }[] = [
  { scope: 'cluster' },
  { scope: 'space-namespace', namespace: 'upbound-system' },
  { scope: 'kube-system', namespace: 'kube-system' },
];

/** A rule as a manifest has it. */
export type Rule = Readonly<Record<string, readonly string[]>>;

/** One resource with its verbs. */
interface Grant {
  readonly apiGroup: string;
  readonly resource: string;
  readonly names: readonly string[];
  readonly verbs: readonly string[];
}

/** What each job needs; Helm's records, where a job can do without them or not; what only `prove-access` asks for. */
export const PARTS = ['base', 'release', 'proof'] as const;
export type Part = (typeof PARTS)[number];

const METHODS = {
  ...KUBERNETES_READS,
  ...KUBERNETES_WRITES,
  ...KUBERNETES_PROOFS,
};
const HELM_METHODS = { ...HELM_READS, ...HELM_WRITES };

/** The rules of a part of a job by scope. All rights make the others idle, so they stand alone but for the proof's. */
export function rulesOf(job: Job, scope: RbacRule['scope'], part: Part): readonly Rule[] {
  const parts = partsOf(job);
  const everything = parts.release.filter((rule) =>
    [rule.resources, rule.nonResourceURLs].flat().includes('*'),
  );
  const all = everything.length === 0 ? parts : { base: everything, release: [], proof: parts.proof };
  const rules = all[part].filter((rule) => rule.scope === scope && !isIdle(rule, all[part]));
  return [...resourceRules(rules), ...pathRules(rules)];
}

/** What the same part grants in the whole cluster is not granted once more in a namespace. */
function isIdle(rule: RbacRule, all: readonly RbacRule[]): boolean {
  if (rule.scope === 'cluster') return false;
  const wider = all.filter((one) => one.scope === 'cluster' && one.resourceNames === undefined);
  return rule.apiGroups.every((group) =>
    rule.resources.every((resource) => {
      const granted = wider.filter(
        (one) => one.apiGroups.includes(group) && one.resources.includes(resource),
      );
      return rule.verbs.every((verb) => granted.some(({ verbs }) => verbs.includes(verb)));
    }),
  );
}

function partsOf(job: Job): Readonly<Record<Part, readonly RbacRule[]>> {
  const methods = usedBy(job, KUBERNETES_USES);
  return {
    base: methods.filter((method) => !isProof(method)).flatMap((method) => METHODS[method]),
    release: usedBy(job, HELM_USES).flatMap((method) => HELM_METHODS[method]),
    proof: methods.filter(isProof).flatMap((method) => METHODS[method]),
  };
}

function pathRules(rules: readonly RbacRule[]): readonly Rule[] {
  return rules.flatMap(({ nonResourceURLs, verbs }) =>
    nonResourceURLs === undefined ? [] : [{ nonResourceURLs, verbs }],
  );
}

/** Verbs of the same resource are joined, then resources with the same verbs. */
function resourceRules(rules: readonly RbacRule[]): readonly Rule[] {
  const grants = rules.flatMap(({ apiGroups, resources, resourceNames = [], verbs }) =>
    apiGroups.flatMap((apiGroup) =>
      resources.map((resource): Grant => ({ apiGroup, resource, names: resourceNames, verbs })),
    ),
  );
  const byResource = Map.groupBy(grants, ({ apiGroup, resource, names }) =>
    [apiGroup, resource, ...names].join(),
  );
  const joined = [...byResource.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, verbs: union([first, ...others].map(({ verbs }) => verbs)) }],
  );
  const byVerbs = Map.groupBy(joined, ({ apiGroup, names, verbs }) =>
    JSON.stringify([apiGroup, names, verbs]),
  );
  return [...byVerbs.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const { apiGroup, names, verbs } = first;
    const resources = union([first, ...others].map(({ resource }) => [resource]));
    return [{ apiGroups: [apiGroup], resources, ...(names.length > 0 && { resourceNames: names }), verbs }];
  });
}

function union(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())].toSorted();
}
