/** Check `trust-policy`: evaluated, this service account is admitted, and who else is: nobody whom the inputs do not ask for. */
import type { CheckFunction, Desired } from '../model/desired.ts';
import type { Finding } from '../model/evidence.ts';
import type { Host } from '../model/host.ts';
import type { Role, World } from '../model/world.ts';
import { subject } from '../policy/trust-documents.ts';
import { isProven, unlessProven } from './proofs.ts';
import { judgeRoleElsewhere } from './role-elsewhere.ts';
import {
  type Breadth,
  HOST_NAMESPACES,
  namesOf,
  otherPrincipals,
  requestOf,
  unrelated,
} from './trust-breadth.ts';

export const checkTrust: CheckFunction = (host, desired, world, evidence) => {
  const isTold = isProven(host, evidence);
  if (world.target.roleElsewhere)
    return judgeRoleElsewhere(desired, world, { isTold, by: '`prove-access: true`' });
  // A trust policy that this action writes can always be evaluated; one of another's may need the proof.
  const mayBeProven = desired.intent.role.kind === 'referenced';
  return unlessProven(evaluated(host, desired, world), mayBeProven && isTold);
};

function evaluated(host: Host, desired: Desired, world: World): Finding {
  const { iam, target } = world;
  const { role } = iam;
  if (role === undefined) return { status: 'fail', detail: `role ${target.roleArn} does not exist` };
  if (role.arn !== target.roleArn)
    return { status: 'fail', detail: `the role of this name is ${role.arn}, not ${target.roleArn}` };
  const own = ownProblem(role, host, desired, world);
  if (own?.status === 'fail') return own;
  const others = otherPrincipals(role, host, desired, world);
  // Whatever else is not known.
  const open = others.filter(({ answer, accepted }) => answer.kind === 'admitted' && !accepted);
  if (open.length > 0) return { status: 'fail', detail: `the trust policy is open to ${namesOf(open)}` };
  return own ?? judgeBreadth(unrelated(role, host, desired, world), others, desired);
}

/** Whether something keeps the workload out of the role, or may: the role is not there, or its trust policy or provider does not let it in. */
export function isKeptOut(host: Host, desired: Desired, world: World): boolean {
  const { role } = world.iam;
  return role === undefined || ownProblem(role, host, desired, world) !== undefined;
}

/** What keeps the workload itself out, or may. */
function ownProblem(role: Role, host: Host, desired: Desired, { iam, target }: World): Finding | undefined {
  const { mechanism, intent } = desired;
  const who = subject(host.namespace, intent.serviceAccount);
  const origin = mechanism.originProblem(target, iam.provider);
  if (origin !== undefined) return { status: 'fail', detail: `${who} by ${mechanism.name}: ${origin}` };
  const own = mechanism.admits(role.trustPolicy, requestOf(host, mechanism, desired, target));
  switch (own.kind) {
    case 'admitted':
      return undefined;
    case 'refused': {
      const how = own.denied
        ? 'a statement of the trust policy denies it'
        : 'the trust policy does not admit it';
      return { status: 'fail', detail: `${who} by ${mechanism.name}: ${how}` };
    }
    case 'unknown':
      return notEvaluated(`whether ${who} is admitted`, own.unknowns);
  }
}

function judgeBreadth(
  strangers: readonly Breadth[],
  others: readonly Breadth[],
  { mechanism, intent }: Desired,
): Finding {
  const all = [...strangers, ...others];
  const isReferenced = intent.role.kind === 'referenced';
  // The same words for all control planes, so that reports say it once.
  const first = `admits this service account by ${mechanism.name}`;
  const admitted = all.filter(({ answer }) => answer.kind === 'admitted');
  const tooWide = admitted.filter(({ accepted }) => !accepted);
  if (tooWide.length > 0) return { status: 'fail', detail: `${first}, but also ${namesOf(tooWide)}` };
  const unclear = [...others, ...strangers].filter(({ answer }) => answer.kind === 'unknown');
  // How wide a role made elsewhere is, is told as far as it is known; whether it is open to everybody has to be.
  const open = unclear.find(({ accepted }) => !accepted || !isReferenced);
  if (open !== undefined) return notEvaluated(`whether ${open.who} is admitted too`, open.answer.unknowns);
  const told = [...admitted, ...unclear.map(perhaps)];
  if (told.length === 0)
    return { status: 'pass', detail: `${first}; refuses ${strangers.map(({ who }) => who).join(', ')}` };
  // Host namespaces alone are what `trust-scope: pattern` is for; more than these deserves a word each time.
  const isBounded = !isReferenced && told.every(({ who }) => who === HOST_NAMESPACES);
  return { status: isBounded ? 'pass' : 'warn', detail: `${first}, and with it ${namesOf(told)}` };
}

function perhaps({ who, ...rest }: Breadth): Breadth {
  return { ...rest, who: `perhaps ${who}` };
}

function notEvaluated(what: string, unknowns: readonly string[]): Finding {
  const detail = `${what} could not be determined: ${unknowns.join(', ')} can't be evaluated here`;
  return { status: 'unknown', detail };
}
