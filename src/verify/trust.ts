/** Check `trust-policy`: evaluated, this service account is admitted; another namespace, account, audience or cluster is not. */
import type { CheckFunction, Desired } from '../model/desired.ts';
import type { Finding } from '../model/evidence.ts';
import type { Host } from '../model/host.ts';
import type { TrustAnswer, TrustRequest } from '../model/trust.ts';
import type { World } from '../model/world.ts';
import { subject } from '../policy/trust-documents.ts';
import { isProven, unlessProven } from './proofs.ts';
import { judgeRoleElsewhere } from './role-elsewhere.ts';

/** A name that nothing has: who admits it admits others too. */
export const UNRELATED = 'spaces-workload-identity-check';
const UNRELATED_HOST_NAMESPACE = 'mxp-00000000-0000-4000-8000-000000000000-system';
const ANY_NAMESPACE = 'any namespace';
const HOST_NAMESPACES = 'any host namespace';

export const checkTrust: CheckFunction = (host, desired, world, evidence) => {
  if (world.target.roleElsewhere) return judgeRoleElsewhere(host, desired, world, evidence);
  // Of a trust policy that this action writes, nothing is beyond evaluation.
  const mayBeProven = desired.intent.role.kind === 'referenced';
  return unlessProven(evaluated(host, desired, world), mayBeProven && isProven(host, evidence));
};

function evaluated(host: Host, desired: Desired, { iam, target }: World): Finding {
  const { role } = iam;
  if (role === undefined) return { status: 'fail', detail: `role ${target.roleArn} does not exist` };
  if (role.arn !== target.roleArn)
    return { status: 'fail', detail: `the role of this name is ${role.arn}, not ${target.roleArn}` };
  const { mechanism, intent } = desired;
  const ask = (request: TrustRequest): TrustAnswer => mechanism.admits(role.trustPolicy, request);
  const workload = requestOf(host, desired, target);
  const own = ask(workload);
  const who = subject(host.namespace, intent.serviceAccount);
  if (own.kind === 'unknown') return notEvaluated(`whether ${who} is admitted`, own);
  if (own.kind === 'admitted') return judgeBreadth(mechanism.name, askUnrelated(ask, workload, desired));
  const how = own.denied ? 'a statement of the trust policy denies it' : 'the trust policy does not admit it';
  return { status: 'fail', detail: `${who} by ${mechanism.name}: ${how}` };
}

function requestOf(host: Host, { intent, mechanism }: Desired, target: World['target']): TrustRequest {
  return {
    target,
    namespace: host.namespace,
    serviceAccount: intent.serviceAccount,
    audience: mechanism.audience,
    clusterArn: target.clusterArn,
    sessionTags: host.association?.disableSessionTags !== true,
  };
}

/** Whether a principal that is not the workload is admitted too. */
interface Breadth {
  readonly who: string;
  readonly answer: TrustAnswer;
  /** The inputs ask for it, or it can't be otherwise. */
  readonly accepted: boolean;
}

/** The role's own inputs may ask for a wide trust; of a role made elsewhere, its makers decide which namespaces it trusts. */
function askUnrelated(
  ask: (request: TrustRequest) => TrustAnswer,
  workload: TrustRequest,
  { intent: { role }, mechanism }: Desired,
): readonly Breadth[] {
  const scope = role.kind === 'owned' ? role.trustScope : 'any-namespace';
  // Without them the trust policy can't tell workloads apart: the association alone decides.
  const isUntold = !mechanism.tellsNamespace(workload);
  const put = (who: string, changed: Partial<TrustRequest>, accepted: boolean): Breadth => ({
    who,
    answer: ask({ ...workload, ...changed }),
    accepted,
  });
  const origin = mechanism.unrelatedOrigin(UNRELATED, workload);
  return [
    put(ANY_NAMESPACE, { namespace: UNRELATED }, scope === 'any-namespace' || isUntold),
    put(HOST_NAMESPACES, { namespace: UNRELATED_HOST_NAMESPACE }, scope !== 'exact' || isUntold),
    put('another service account', { serviceAccount: UNRELATED }, isUntold),
    put(origin.who, origin.request, false),
  ];
}

function judgeBreadth(mechanism: string, all: readonly Breadth[]): Finding {
  const admitted = all.filter(({ answer }) => answer.kind === 'admitted');
  const refused = all.filter(({ answer }) => answer.kind === 'refused').map(({ who }) => who);
  // The same words for all control planes, so that reports say it once.
  const first = `admits this service account by ${mechanism}`;
  const tooWide = admitted.filter(({ accepted }) => !accepted);
  if (tooWide.length > 0) return { status: 'fail', detail: `${first}, but also ${names(tooWide)}` };
  const unclear = all.find(({ answer }) => answer.kind === 'unknown');
  if (unclear !== undefined) return notEvaluated(`whether ${unclear.who} is admitted too`, unclear.answer);
  if (admitted.length === 0) return { status: 'pass', detail: `${first}; refuses ${refused.join(', ')}` };
  // Host namespaces alone are what `trust-scope: pattern` is for; more than these deserves a word each time.
  const isBounded = admitted.every(({ who }) => who === HOST_NAMESPACES);
  return { status: isBounded ? 'pass' : 'warn', detail: `${first}, and with it ${names(admitted)}` };
}

/** Who admits any namespace admits the host namespaces too. */
function names(admitted: readonly Breadth[]): string {
  const all = admitted.map(({ who }) => who);
  return (all.includes(ANY_NAMESPACE) ? all.filter((who) => who !== HOST_NAMESPACES) : all).join(', ');
}

function notEvaluated(what: string, { unknowns }: TrustAnswer): Finding {
  const detail = `${what} could not be told: ${unknowns.join(', ')} can't be evaluated here`;
  return { status: 'unknown', detail };
}
