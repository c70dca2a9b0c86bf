/** What an attempt to assume the role proves. Pure. */
import type { Desired } from '../model/desired.ts';
import type { Finding, AccountPrincipal } from '../model/evidence.ts';
import type { Host } from '../model/host.ts';
import type { PrincipalResult } from '../model/mechanism.ts';
import type { Assumed } from '../model/proof-ports.ts';
import type { Target } from '../model/target.ts';
import { subject } from '../policy/trust-documents.ts';

/** Who assumes the role, and what the session should be. */
export interface ExpectedSession {
  readonly desired: Desired;
  readonly target: Target;
  readonly host: Host;
  readonly principal: AccountPrincipal;
}

/** Whether another attempt could not end otherwise, once changes have reached STS and EKS. */
export function isFinalFor(expected: ExpectedSession): (result: PrincipalResult) => boolean {
  return (result) => {
    if (result.kind === 'assumed') return problemOf(result, expected) === undefined;
    return result.kind !== 'refused' || !result.mayPass;
  };
}

/** The workload itself must be let in, as itself, into its own role. */
export function judgeAccess(result: PrincipalResult, expected: ExpectedSession): Finding {
  const { namespace, serviceAccount } = expected.principal;
  switch (result.kind) {
    case 'assumed': {
      const problem = problemOf(result, expected);
      if (problem !== undefined) return { status: 'fail', detail: problem };
      const by = result.association === undefined ? '' : ` through ${result.association.id}`;
      return { status: 'pass', detail: `assumed ${result.assumedRole} as ${result.subject}${by}` };
    }
    case 'refused':
      return { status: 'fail', detail: `${subject(namespace, serviceAccount)} is refused: ${result.said}` };
    case 'unanswered':
      return { status: 'unknown', detail: `no answer from AWS: ${result.said}` };
    case 'absent':
    case 'no-token':
      return { status: 'unknown', detail: `no token could be taken: ${result.why}` };
  }
}

/** What of the session is not as it should be, in words. */
function problemOf(
  assumed: Assumed,
  { desired, target, host, principal }: ExpectedSession,
): string | undefined {
  const { mechanism } = desired;
  const own = subject(principal.namespace, principal.serviceAccount);
  if (assumed.subject !== own) return `assumed as ${assumed.subject}, not as ${own}`;
  if (assumed.audience !== mechanism.audience)
    return `assumed for audience ${assumed.audience}, not ${mechanism.audience}`;
  return mechanism.sessionProblem(assumed, host, target);
}

/** A principal that must be refused, and what came of its attempt. */
export interface RefusalAttempt {
  readonly principal: AccountPrincipal;
  readonly result: PrincipalResult;
}

/** The worst of the findings, with all that are as bad. */
export function judgeRefusals(attempts: readonly RefusalAttempt[], desired: Desired): Finding {
  const findings = attempts.map((attempt) => judgeRefusal(attempt, desired));
  const order = ['fail', 'unknown', 'warn', 'pass'] as const;
  const status =
    order.find((candidate) => findings.some((finding) => finding.status === candidate)) ?? 'unknown';
  const shown = findings.filter((finding) => finding.status === status);
  return { status, detail: shown.map(({ detail }) => detail).join('; ') };
}

/**
 * Where any namespace is trusted on purpose, an account of the workload's name elsewhere may be let in: a warning. How wide a
 * role made elsewhere is, is told as well and not failed.
 */
function judgeRefusal({ principal, result }: RefusalAttempt, { intent, mechanism }: Desired): Finding {
  const { role, serviceAccount } = intent;
  const who = subject(principal.namespace, principal.serviceAccount);
  switch (result.kind) {
    case 'refused': {
      const code = result.said.split(':')[0];
      if (!result.ofToken) return { status: 'pass', detail: `${who} is refused (${code})` };
      if (mechanism.needsPod && principal.pod === undefined)
        return {
          status: 'pass',
          detail: `${who}: no pod runs as it, so there is nobody to refuse; without one its token is refused (${code})`,
        };
      return {
        status: 'unknown',
        detail: `${who}: its token is refused (${code}), which says nothing of the role`,
      };
    }
    case 'assumed': {
      const isMeant =
        role.kind === 'referenced' ||
        (role.trustScope === 'any-namespace' && principal.serviceAccount === serviceAccount);
      return { status: isMeant ? 'warn' : 'fail', detail: `${who} could assume ${result.assumedRole}` };
    }
    case 'unanswered':
      return { status: 'unknown', detail: `${who}: no answer from AWS, ${result.said}` };
    case 'absent':
      return { status: 'pass', detail: `${who} does not exist, so there is nobody to refuse` };
    case 'no-token':
      return { status: 'unknown', detail: `${who}: no token could be taken, ${result.why}` };
  }
}
