/** What check `permissions` says where the sessions go on to another role: of the target role only its use can be proven. */
import type { OwnedRole, ReferencedRole } from '../model/config.ts';
import type { Desired } from '../model/desired.ts';
import type { Expectation, Finding } from '../model/evidence.ts';
import type { Host } from '../model/host.ts';
import type { Target } from '../model/target.ts';
import { accountOf } from '../policy/arn.ts';

export const PROBES = '`prove-access: true` with `probe-secrets` or `probe-parameters`';

/** Whether an expectation is about going on to another role. */
export function isGoingOn({ action }: Pick<Expectation, 'action'>): boolean {
  return action.startsWith('sts:');
}

/** Whether an expectation is about something that the host's sessions do: without session tags, for example, they pass none on. */
export function isOfSession(expectation: Expectation, host: Host, { mechanism }: Desired): boolean {
  return !isGoingOn(expectation) || mechanism.chainActions(host).includes(expectation.action);
}

/** The finding on going on to the target role. When this action does not make the role and it is in the target's account, IAM was not asked. */
export function judgeGoingOn(targetRoleArn: string, results: readonly Expectation[], how: string): Finding {
  if (results.length > 0) return { status: 'pass', detail: `may go on to ${targetRoleArn} (${how})` };
  const detail = `whether it may go on to ${targetRoleArn} is for that role's trust policy to say, in the same account`;
  return { status: 'warn', detail };
}

/** A role without a policy goes on only where the target's trust policy alone is enough. */
export function bareForTarget(
  targetRoleArn: string,
  kind: (OwnedRole | ReferencedRole)['kind'],
  { roleAccount }: Target,
): Finding {
  const mayDo = kind === 'referenced' && accountOf(targetRoleArn) === roleAccount;
  const detail = `the role has no policy: nothing of its own lets it go on to ${targetRoleArn}`;
  return { status: mayDo ? 'warn' : 'fail', detail };
}

/** What the pods may read is the target role's affair. `isTold`: a proof has read what was named. */
export function asPodsRead(found: Finding, { intent }: Desired, isTold: boolean): Finding {
  const { targetRoleArn } = intent;
  if (targetRoleArn === undefined || (found.status !== 'pass' && found.status !== 'warn')) return found;
  const detail = `${found.detail}; pods read as ${targetRoleArn}`;
  if (isTold) return { status: 'pass', detail: `${detail}, by which the probes were read` };
  return {
    status: 'warn',
    detail: `${detail}, and what that one may is not known here: ${PROBES} proves it`,
  };
}
