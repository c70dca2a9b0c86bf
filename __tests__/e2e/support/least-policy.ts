/** Each single permission of the two published files of a mode, and the same files without it. */
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { World } from '../../../sandbox/world.ts';
import { type Asked, resourceOf } from './audit.ts';
import { type Job, publishedPolicy } from './published-policy.ts';
import type { Run } from './scene.ts';

const ruleSchema = z.object({
  apiGroups: z.array(z.string()).exactOptional(),
  resources: z.array(z.string()).exactOptional(),
  resourceNames: z.array(z.string()).exactOptional(),
  nonResourceURLs: z.array(z.string()).exactOptional(),
  verbs: z.array(z.string()),
});
const roleSchema = z.object({
  apiVersion: z.string(),
  kind: z.enum(['Role', 'ClusterRole']),
  metadata: z.object({ name: z.string(), namespace: z.string().exactOptional() }),
  rules: z.array(ruleSchema),
});
const statementSchema = z.looseObject({ Sid: z.string(), Action: z.array(z.string()) });
const policySchema = z.object({ Version: z.string(), Statement: z.array(statementSchema) });

type Rule = z.infer<typeof ruleSchema>;
export type RbacRole = z.infer<typeof roleSchema>;
type Policy = z.infer<typeof policySchema>;

/** What a run was seen to ask for, whatever the answer. */
export interface Seen {
  readonly run: Run;
  readonly asked: readonly Asked[];
}

/** What is taken away. */
export type Lacking =
  | { readonly kind: 'iam'; readonly name: string; readonly action: string; readonly policy: Policy }
  | {
      readonly kind: 'rbac';
      readonly name: string;
      readonly verb: string;
      readonly resource: string;
      /** The roles that are another now. */
      readonly roles: readonly RbacRole[];
    };

export const fileOf = (kind: Lacking['kind'], job: Job): string =>
  kind === 'iam' ? `permissions/iam/${job}.json` : `permissions/rbac/${job}.yaml`;

/** The published policy, filled in for this world. */
export function policyOf(world: World, job: Job): Policy {
  return policySchema.parse(JSON.parse(publishedPolicy(world, job)));
}

/** Each action of each statement, and each that stands in several out of all of them. */
export function iamPermissions(world: World, job: Job): readonly Lacking[] {
  const policy = policyOf(world, job);
  const single = policy.Statement.flatMap(({ Sid, Action }) =>
    Action.map((action): Lacking => {
      const name = `${action} in ${Sid}`;
      return { kind: 'iam', name, action, policy: withoutAction(policy, action, Sid) };
    }),
  );
  const all = policy.Statement.flatMap(({ Action }) => Action);
  const several = new Set(all.filter((action, index) => all.indexOf(action) !== index));
  const everywhere = [...several].map((action): Lacking => {
    return { kind: 'iam', name: `${action} everywhere`, action, policy: withoutAction(policy, action) };
  });
  return [...single, ...everywhere];
}

function withoutAction(policy: Policy, action: string, sid?: string): Policy {
  const statements = policy.Statement.map((statement) =>
    sid === undefined || statement.Sid === sid
      ? { ...statement, Action: statement.Action.filter((one) => one !== action) }
      : statement,
  );
  return { ...policy, Statement: statements.filter(({ Action }) => Action.length > 0) };
}

export function rolesIn(job: Job): readonly RbacRole[] {
  return parseAllDocuments(readFileSync(fileOf('rbac', job), 'utf8')).flatMap((document) => {
    const role = roleSchema.safeParse(document.toJS());
    return role.success ? [role.data] : [];
  });
}

/** Whether the file gives all rights, from which RBAC can take none away. */
export const isEverything = (roles: readonly RbacRole[]): boolean =>
  roles.some(({ rules }) => rules.some(({ verbs }) => verbs.includes('*')));

/** Each verb on each resource of each rule. */
export function rbacPermissions(job: Job): readonly Lacking[] {
  return rolesIn(job).flatMap((role) =>
    role.rules.flatMap((rule, index) =>
      (rule.resources ?? rule.nonResourceURLs ?? []).flatMap((resource) =>
        rule.verbs.map((verb): Lacking => {
          const rules = role.rules.flatMap((one, at) =>
            at === index ? without(one, resource, verb) : [one],
          );
          const group = rule.apiGroups?.[0] ?? '';
          const where = role.metadata.namespace === undefined ? '' : ` in ${role.metadata.namespace}`;
          return {
            kind: 'rbac',
            name: `${verb} ${resourceOf(resource, group)}${where}`,
            verb,
            resource: resourceOf(resource, group),
            roles: [{ ...role, rules }],
          };
        }),
      ),
    ),
  );
}

function without(rule: Rule, resource: string, verb: string): readonly Rule[] {
  const [list, key] =
    rule.resources === undefined
      ? [rule.nonResourceURLs ?? [], 'nonResourceURLs']
      : [rule.resources, 'resources'];
  const others = list.filter((one) => one !== resource);
  const verbs = rule.verbs.filter((one) => one !== verb);
  return [
    ...(others.length === 0 ? [] : [{ ...rule, [key]: others }]),
    ...(verbs.length === 0 ? [] : [{ ...rule, [key]: [resource], verbs }]),
  ];
}

/** For a file that gives all rights: those that a whole run asked for, each taken out of all that the cluster knows. */
export function fromEverything(
  job: Job,
  asked: readonly Asked[],
  known: ReadonlyMap<string, readonly string[]>,
): readonly Lacking[] {
  const [all, ...others] = rolesIn(job);
  const resources = asked.filter(({ path, bare }) => path === undefined && !EVERYBODYS.has(bare));
  const byName = new Map(resources.map((one) => [`${one.verb} ${one.resource}`, one]));
  return [...byName].map(([name, { verb, group, bare, resource }]): Lacking => {
    const rest = (known.get(group) ?? []).filter((one) => one !== bare);
    const rules: readonly Rule[] = [
      { apiGroups: [...known.keys()].filter((one) => one !== group), resources: ['*'], verbs: ['*'] },
      ...(rest.length === 0 ? [] : [{ apiGroups: [group], resources: rest, verbs: ['*'] }]),
      { apiGroups: [group], resources: [bare], verbs: VERBS.filter((one) => one !== verb) },
      { nonResourceURLs: ['*'], verbs: ['*'] },
    ];
    const roles = all === undefined ? [] : [{ ...all, rules: [...rules] }];
    // The proof's tokens stand in a role of their own besides.
    const emptied = others.map((role) => ({ ...role, rules: [] }));
    return { kind: 'rbac', name, verb, resource, roles: [...roles, ...emptied] };
  });
}

/** What the role `system:basic-user` gives to everybody who is signed in. */
const EVERYBODYS: ReadonlySet<string> = new Set(['selfsubjectaccessreviews', 'selfsubjectrulesreviews']);

/** All that Kubernetes knows, and those that RBAC itself asks for. */
const VERBS = `get list watch create update patch delete deletecollection
  bind escalate impersonate approve sign use`.split(/\s+/);
