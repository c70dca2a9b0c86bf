/** A job's Kubernetes file: the policies that hold it first, then its rights, each part with what it is for. */
import { stringify } from 'yaml';
import type { RbacRule } from '../../src/cluster/rbac-rule.ts';
import { GROUP, onlyRestarts, restartPolicy, tokenPolicy } from './admission.ts';
import { headOf, PART_COMMENTS, POLICY_COMMENTS } from './comments.ts';
import { type Part, PARTS, type Rule, rulesOf, SCOPES } from './rbac.ts';
import type { Job } from './uses.ts';

/** One object of the file, and the lines above it. */
export interface Manifest {
  readonly comment: readonly string[];
  readonly object: object;
}

const SUFFIX: Readonly<Record<Part, string>> = { base: '', release: '-release', proof: '-prove-access' };
const RBAC = 'rbac.authorization.k8s.io';

/** The objects of a job in the order in which they are applied: no right is there before the policy that narrows it. */
export function manifestsOf(job: Job): readonly Manifest[] {
  return [...policiesOf(job), ...PARTS.flatMap((part) => bindingsOf(job, part))];
}

function policiesOf(job: Job): readonly Manifest[] {
  const restarts = onlyRestarts(job) ? restartPolicy(nameOf(job, 'base')) : [];
  const tokens = provesAlone(job) ? tokenPolicy(nameOf(job, 'proof')) : [];
  return [...commented(POLICY_COMMENTS.restarts, restarts), ...commented(POLICY_COMMENTS.tokens, tokens)];
}

/** Whoever has all rights can take the policy away as well: there it would only look like a fence. */
function provesAlone(job: Job): boolean {
  const everything = rulesOf(job, 'cluster', 'base').some(({ verbs = [] }) => verbs.includes('*'));
  return !everything && rulesOf(job, 'cluster', 'proof').length > 0;
}

function bindingsOf(job: Job, part: Part): readonly Manifest[] {
  const objects = SCOPES.flatMap(({ scope, namespace }) => {
    const rules = rulesOf(job, scope, part);
    return rules.length === 0 ? [] : pair(nameOf(job, part), scope, namespace, rules);
  });
  return commented(PART_COMMENTS[part](job), objects);
}

function nameOf(job: Job, part: Part): string {
  return `${GROUP}-${job}${SUFFIX[part]}`;
}

function commented(comment: readonly string[], objects: readonly object[]): readonly Manifest[] {
  return objects.map((object, index) => ({ comment: index === 0 ? comment : [], object }));
}

function pair(
  name: string,
  scope: RbacRule['scope'],
  namespace: string | undefined,
  rules: readonly Rule[],
): readonly object[] {
  const kind = scope === 'cluster' ? 'ClusterRole' : 'Role';
  const apiVersion = `${RBAC}/v1`;
  const metadata = { name, ...(namespace !== undefined && { namespace }) };
  return [
    { apiVersion, kind, metadata, rules },
    {
      apiVersion,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: RBAC, kind, name },
      subjects: [{ apiGroup: RBAC, kind: 'Group', name: GROUP }],
    },
  ];
}

/** The file, ready for `kubectl apply --filename`. */
export function permissionsYaml(job: Job): string {
  const documents = manifestsOf(job).map(
    ({ comment, object }) => `---\n${lines(comment)}${stringify(object, { lineWidth: 0 })}`,
  );
  return `${lines(headOf(job))}${documents.join('')}`;
}

function lines(comment: readonly string[]): string {
  return comment.map((line) => (line === '' ? '#\n' : `# ${line}\n`)).join('');
}
