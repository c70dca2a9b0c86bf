/** Which policy AWS names in a refusal, and what to do about that kind of policy. */
import { ANY_JOB } from '../../model/failure.ts';
import type { Call } from './aws-failure.ts';

/** The sentences by which AWS names the policy that denied a call (IAM user guide, "Troubleshoot access denied error messages"). */
const POLICY_KINDS = [
  'identity-based policy',
  'resource-based policy',
  'session policy',
  'permissions boundary',
  'service control policy',
  'resource control policy',
  'VPC endpoint policy',
  'role trust policy',
] as const;

export type PolicyKind = (typeof POLICY_KINDS)[number];

export interface Denier {
  readonly kind: PolicyKind;
  /** A statement denies it; else none allows it. */
  readonly explicit: boolean;
  /** AWS names it since 2026, within an organisation. */
  readonly arn?: string;
}

const PLACE = new RegExp(
  `(because no|explicit deny in (?:an?|the)) (${POLICY_KINDS.join('|')})(?:[^\\w]*(arn:[^\\s,;)]+[^\\s,;.)]))?`,
  'i',
);

/** The policy that a message of AWS names; undefined when it names none, as older services do. */
export function deniedBy(message: string): Denier | undefined {
  const [, how = '', named = '', arn] = PLACE.exec(message) ?? [];
  const kind = POLICY_KINDS.find((each) => each.toLowerCase() === named.toLowerCase());
  if (kind === undefined) return undefined;
  return { kind, explicit: /deny/i.test(how), ...(arn !== undefined && { arn }) };
}

const FILES = `permissions/iam/${ANY_JOB}.json of this action holds all that it needs`;

/** The call that gives the role a policy, where AWS names the role. */
function howToGive(message: string): string {
  const role = /\bUser: arn:[\w-]+:sts::\d{12}:assumed-role\/([\w+=,.@-]+)\//.exec(message)?.[1];
  if (role === undefined) return '';
  return `; its placeholders filled in, \`aws iam put-role-policy --role-name ${role} --policy-name spaces-workload-identity --policy-document file://policy.json\` gives it to the role`;
}

/** AWS's own text may name another action than the call's: creating an association may be refused for `iam:PassRole`. */
export function adviseOnDenial(message: string, call: Omit<Call, 'tried'>): string {
  const action = /perform: ([a-z0-9-]+:[A-Za-z]+)/.exec(message)?.[1] ?? call.action;
  const on = /on resource: (\S+)/.exec(message)?.[1] ?? call.on;
  const denier = deniedBy(message);
  const allow = `Allow ${action} on ${on} in a policy of the job's role: ${FILES}${howToGive(message)}.`;
  const lacking = call.ifRefused === undefined ? allow : `${call.ifRefused} ${allow}`;
  if (denier !== undefined) return adviseOn(denier, action, on) ?? lacking;
  if (/explicit deny/i.test(message)) {
    return `A policy denies ${action} on ${on} outright, which no Allow overrides. Find the Deny on the job's role or on the resource.`;
  }
  return lacking;
}

/** Undefined where no policy of the job's role allows the action. */
function adviseOn({ kind, explicit, arn }: Denier, action: string, on: string): string | undefined {
  const named = arn === undefined ? '' : ` (${arn})`;
  const refuses = explicit ? 'denies' : 'does not allow';
  switch (kind) {
    case 'identity-based policy':
      return explicit
        ? `A policy of the job's role${named} denies ${action} on ${on} outright, which no Allow overrides. Find the Deny there.`
        : undefined;
    case 'resource-based policy':
      return `The policy of the resource itself${named} ${refuses} ${action} on ${on}: change it there; a policy of the job's role does not help.`;
    case 'session policy':
      return `The session policy${named} that the job's session was made with ${refuses} ${action} on ${on}, whatever its role may. Widen it in the step that signs in, or sign in without one; ${FILES}.`;
    case 'permissions boundary':
      return `The permissions boundary${named} of the job's role ${refuses} ${action} on ${on}. Widen the boundary; ${FILES}.`;
    case 'service control policy':
    case 'resource control policy':
      return `A policy of the AWS organisation forbids ${action} on ${on}: a ${kind}${named} ${refuses} it, and the job's role can't change that. Ask who keeps the organisation's policies.`;
    case 'VPC endpoint policy':
      return `The policy of the VPC endpoint${named} through which the runner reaches AWS ${refuses} ${action} on ${on}: the job's role can't change that. Allow it in the endpoint's policy, or let the runner reach the service another way.`;
    case 'role trust policy':
      return `The trust policy of the role${named} ${refuses} ${action} on ${on}. Change the trust policy; a policy of the job's role does not help.`;
  }
}
