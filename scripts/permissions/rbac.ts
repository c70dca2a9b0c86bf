/** A job's RBAC, from the rules behind the methods it uses, bound to the group that its access entry names. */
import { stringify } from 'yaml';
import { HELM_READS, HELM_WRITES } from '../../src/cluster/helm/calls.ts';
import { KUBERNETES_PROOFS, KUBERNETES_READS, KUBERNETES_WRITES } from '../../src/cluster/kubectl/calls.ts';
import type { RbacRule } from '../../src/cluster/rbac-rule.ts';
import { HELM_USES, type Job, KUBERNETES_USES, usedBy } from './uses.ts';

export const GROUP = 'spaces-workload-identity';

/** In the order of the manifests. The Space's namespace is that of a plain installation. */
export const SCOPES: readonly { readonly scope: RbacRule['scope']; readonly namespace?: string }[] = [
  { scope: 'cluster' },
  { scope: 'space-namespace', namespace: 'upbound-system' },
  { scope: 'kube-system', namespace: 'kube-system' },
];

/** A rule as a manifest has it. */
type Rule = Readonly<Record<string, readonly string[]>>;

/** One resource with its verbs. */
interface Grant {
  readonly apiGroup: string;
  readonly resource: string;
  readonly names: readonly string[];
  readonly verbs: readonly string[];
}

/** The rules of a job by scope. All rights make the others idle, so they stand alone. */
export function rulesOf(job: Job, scope: RbacRule['scope']): readonly Rule[] {
  const kubernetes = { ...KUBERNETES_READS, ...KUBERNETES_WRITES, ...KUBERNETES_PROOFS };
  const helm = { ...HELM_READS, ...HELM_WRITES };
  const all = [
    ...usedBy(job, KUBERNETES_USES).flatMap((method) => kubernetes[method]),
    ...usedBy(job, HELM_USES).flatMap((method) => helm[method]),
  ];
  const everything = all.filter((rule) => [rule.resources, rule.nonResourceURLs].flat().includes('*'));
  const rules = (everything.length > 0 ? everything : all).filter((rule) => rule.scope === scope);
  return [...resourceRules(rules), ...pathRules(rules)];
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

/** The manifests of a job, without comments. */
export function rbacManifests(job: Job): readonly object[] {
  return SCOPES.flatMap(({ scope, namespace }) => {
    const rules = rulesOf(job, scope);
    return rules.length === 0 ? [] : pair(job, namespace, rules);
  });
}

function pair(job: Job, namespace: string | undefined, rules: readonly Rule[]): readonly object[] {
  const name = `${GROUP}-${job}`;
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const metadata = { name, ...(namespace !== undefined && { namespace }) };
  return [
    { apiVersion, kind, metadata, rules },
    {
      apiVersion,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: GROUP }],
    },
  ];
}

/** The manifests as YAML, below some lines of comment. */
export function rbacYaml(job: Job, comment: readonly string[]): string {
  const documents = rbacManifests(job).map((manifest) => stringify(manifest, { lineWidth: 0 }));
  return `${comment.map((line) => `# ${line}\n`).join('')}${documents.map((text) => `---\n${text}`).join('')}`;
}
