/** The roles that a store goes on to from the workload's own, and whether that one may. */
import type { Desired } from '../model/desired.ts';
import type { Finding } from '../model/evidence.ts';
import type { Host, SecretStore } from '../model/host.ts';
import type { PolicyDocument } from '../model/policy.ts';
import type { Role, World } from '../model/world.ts';
import { accountOf } from '../policy/arn.ts';
import { ANY_REQUEST } from '../policy/conditions.ts';
import { evaluate, type Evaluation, type Request } from '../policy/evaluate.ts';

/** The role that is assumed with the workload's own; undefined when the store reads with that one. External Secrets takes `additionalRoles` first. */
export function firstRole({ role, additionalRoles = [] }: SecretStore): string | undefined {
  return additionalRoles[0] ?? role;
}

/** The service account by which a store signs in, in words, where it is not the workload's own; undefined when it is. */
export function otherAccount(
  { serviceAccount, serviceAccountNamespace }: SecretStore,
  { namespace }: Pick<Host, 'namespace'>,
  { intent }: Pick<Desired, 'intent'>,
): string | undefined {
  const name = serviceAccount ?? intent.serviceAccount;
  const elsewhere = serviceAccountNamespace ?? namespace;
  if (name === intent.serviceAccount && elsewhere === namespace) return undefined;
  return elsewhere === namespace ? name : `${elsewhere}/${name}`;
}

/** What keeps a store from the role that it goes on to, or may. */
export function roleProblems(
  store: SecretStore,
  host: Host,
  { intent, mechanism }: Desired,
  { iam, target }: World,
): readonly Finding[] {
  const next = firstRole(store);
  if (next === undefined || store.auth === 'static-keys') return [];
  const name = `${store.group}/${store.name}`;
  if (intent.targetRoleArn !== undefined) return [fromTarget(name, next, intent.targetRoleArn)];
  // A namesake in this account, or at another path, is another role.
  const role = iam.role?.arn === target.roleArn ? iam.role : undefined;
  const actions = mechanism.chainActions(host);
  if (next === target.roleArn) return itself(name, role, target, actions);
  if (role === undefined && target.roleElsewhere) {
    const why = `whether ${target.roleArn} may do so is not known, since that role can't be read from here`;
    return [{ status: 'warn', detail: `${name} goes on to assume ${next}: ${why}` }];
  }
  const refused = actions
    .map(
      (action) =>
        [action, decide(Object.values(role?.inlinePolicies ?? {}), { action, resource: next })] as const,
    )
    .filter(([, decision]) => decision !== 'allowed');
  if (refused.length === 0) return [];
  const isNamed = intent.role.kind === 'referenced' || intent.role.assumeRoles.includes(next);
  const found = goingOn(name, next, refused, role, target);
  return [isNamed ? found : { ...found, detail: `${found.detail}: add ${next} to \`assume-roles\`` }];
}

/** The pods are the target role already, which others shape. */
function fromTarget(name: string, next: string, targetRoleArn: string): Finding {
  const why =
    next === targetRoleArn
      ? 'pods read as that role already: take spec.provider.aws.role out'
      : `whether ${targetRoleArn}, as which pods read, may is not known`;
  return { status: 'warn', detail: `${name} assumes ${next} on top: ${why}` };
}

function decide(
  documents: readonly PolicyDocument[],
  request: Pick<Request, 'action' | 'resource' | 'principal'>,
): Evaluation['decision'] {
  return evaluate(documents, { ...request, context: ANY_REQUEST }).decision;
}

function goingOn(
  name: string,
  next: string,
  refused: readonly (readonly [action: string, decision: Evaluation['decision']])[],
  role: Role | undefined,
  { roleArn, roleAccount }: World['target'],
): Finding {
  const assumes = `${name} goes on to assume ${next}`;
  const denied = refused.filter(([, decision]) => decision === 'explicit-deny').map(([action]) => action);
  if (denied.length > 0)
    return {
      status: 'fail',
      detail: `${assumes}: a policy of ${roleArn} denies ${denied.join(' and ')} on it`,
    };
  const unclear = refused.every(([, decision]) => decision === 'unknown');
  const actions = refused.map(([action]) => action).join(' and ');
  if (unclear)
    return {
      status: 'warn',
      detail: `${assumes}: whether ${roleArn} may ${actions} on it could not be determined`,
    };
  const why = `no inline policy of ${roleArn} allows ${actions} on it`;
  // Within an account the other role's trust policy may be enough; managed policies are not read.
  const isCertain = accountOf(next) !== roleAccount && role?.attachedPolicies.length === 0;
  return { status: isCertain ? 'fail' : 'warn', detail: `${assumes}: ${why}` };
}

/** `role` is the workload's own: it has to trust itself. */
function itself(
  name: string,
  role: Role | undefined,
  { roleArn, roleElsewhere }: World['target'],
  actions: readonly string[],
): readonly Finding[] {
  const principal = { kind: 'AWS' as const, name: roleArn };
  const documents = role === undefined ? [] : [role.trustPolicy];
  const decisions = actions.map((action) => decide(documents, { principal, action }));
  if (decisions.every((decision) => decision === 'allowed')) return [];
  const assumes = 'the role would have to assume itself';
  const isUnclear = decisions.every((decision) => decision === 'allowed' || decision === 'unknown');
  if ((role === undefined && roleElsewhere) || isUnclear)
    return [{ status: 'unknown', detail: `${name}: ${assumes}, and whether it may could not be determined` }];
  const why = `${assumes}, and does not trust itself`;
  return [{ status: 'fail', detail: `${name}: take \`spec.provider.aws.role\` out: ${why}` }];
}
