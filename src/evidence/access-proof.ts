/** The proof of access: for every control plane, assume the role as its workload would, and see unrelated accounts refused. */
import { countOf } from '../model/count.ts';
import pLimit from 'p-limit';
import type { AccessProof, Finding, AccountPrincipal } from '../model/evidence.ts';
import { asFailure } from '../model/failure.ts';
import type { ControllerPod, Host } from '../model/host.ts';
import type { PrincipalResult } from '../model/mechanism.ts';
import type { TakeToken } from '../model/proof-ports.ts';
import { whyNotReady } from '../space/hosts.ts';
import { newestPods } from '../space/pods.ts';
import { untilPropagated } from '../wait/until-propagated.ts';
import { readOthers, readProbes } from './probes.ts';
import { type EvidenceContext, propagationOf } from './context.ts';
import { isFinalFor, judgeAccess, judgeRefusals, type RefusalAttempt } from './proof-findings.ts';

/** Control planes side by side: each makes a handful of calls to STS or EKS. */
const CONCURRENT_PROOFS = 10;
/** The service account that every namespace has. */
const UNRELATED_ACCOUNT = 'default';
/** The namespace that every cluster has. */
const UNRELATED_NAMESPACE = 'default';

/** The findings by host namespace. Throws only when the job is cancelled. */
export async function proveAccess(context: EvidenceContext): Promise<ReadonlyMap<string, AccessProof>> {
  const { read, desired, world } = context;
  const hosts = world.placed.filter((host) => whyNotReady(host) === undefined);
  if (hosts.length === 0) return new Map();
  read.log.info(`proving access for ${countOf(hosts.length, 'control plane')}`);
  try {
    const accounts = [...new Set([desired.intent.serviceAccount, UNRELATED_ACCOUNT])];
    return await read.proof.tokens.withTokens(accounts, async (take) => await proveAll(context, hosts, take));
  } catch (error) {
    const failure = asFailure(error, 'prove access');
    if (failure.reason === 'cancelled') throw failure;
    const { tried, said } = failure.details;
    const finding: Finding = { status: 'unknown', detail: `${tried}: ${said}` };
    return new Map(hosts.map(({ namespace }) => [namespace, { access: finding, negative: finding }]));
  }
}

async function proveAll(
  context: EvidenceContext,
  hosts: readonly Host[],
  take: TakeToken,
): Promise<ReadonlyMap<string, AccessProof>> {
  const { desired, world, read } = context;
  const unrelatedPods = await podsOfUnrelated(context);
  const inUnrelatedNamespace = world.hosts.find(({ namespace }) => namespace === UNRELATED_NAMESPACE);
  const namesake = await attemptRefusal(context, take, {
    namespace: UNRELATED_NAMESPACE,
    serviceAccount: desired.intent.serviceAccount,
    pod: inUnrelatedNamespace && youngestPod(inUnrelatedNamespace),
  });
  const limit = pLimit(CONCURRENT_PROOFS);
  const found = await Promise.all(
    hosts.map((host) =>
      limit(async () => {
        read.clock.throwIfCancelled();
        const pod = unrelatedPods.find(({ namespace }) => namespace === host.namespace);
        return [host.namespace, await proveHost(context, host, take, { pod, namesake })] as const;
      }),
    ),
  );
  return new Map(found);
}

interface Unrelated {
  /** A pod of the unrelated account in the host's own namespace. */
  readonly pod: ControllerPod | undefined;
  /** The service account of the workload's name in the unrelated namespace. */
  readonly namesake: RefusalAttempt;
}

async function podsOfUnrelated({ read, desired }: EvidenceContext): Promise<readonly ControllerPod[]> {
  if (!desired.mechanism.needsPod) return [];
  const { pods } = await read.kubernetes.workloads(UNRELATED_ACCOUNT);
  return pods.filter(({ deleting, phase }) => !deleting && phase === 'Running');
}

async function proveHost(
  context: EvidenceContext,
  host: Host,
  take: TakeToken,
  { pod, namesake }: Unrelated,
): Promise<AccessProof> {
  const { desired } = context;
  const { namespace } = host;
  // A workload of that account is nobody else, and one in that namespace its own namesake.
  const isUnrelated = desired.intent.serviceAccount !== UNRELATED_ACCOUNT;
  const [{ access, isolation }, unrelated] = await Promise.all([
    proveWorkload(context, host, take),
    isUnrelated
      ? attemptRefusal(context, take, { namespace, serviceAccount: UNRELATED_ACCOUNT, pod })
      : undefined,
  ]);
  const attempts = [
    ...(unrelated === undefined ? [] : [unrelated]),
    ...(namespace === UNRELATED_NAMESPACE ? [] : [namesake]),
  ];
  const negative = judgeRefusals(attempts, desired);
  return { access, negative, ...(isolation !== undefined && { isolation }) };
}

function youngestPod(host: Host): ControllerPod | undefined {
  return newestPods(host)
    .filter(({ phase }) => phase === 'Running')
    .toSorted((a, b) => b.createdAt - a.createdAt)[0];
}

async function proveWorkload(
  context: EvidenceContext,
  host: Host,
  take: TakeToken,
): Promise<Pick<AccessProof, 'access' | 'isolation'>> {
  const { desired, world } = context;
  const { namespace } = host;
  const pod = youngestPod(host);
  if (desired.mechanism.needsPod && pod === undefined)
    return { access: { status: 'unknown', detail: 'no running pod to take a token for' } };
  const principal = { namespace, serviceAccount: desired.intent.serviceAccount, pod };
  const expected = { desired, target: world.target, host, principal };
  const result = await untilPropagated(
    propagationOf(context),
    async () => await assume(context, take, principal),
    isFinalFor(expected),
  );
  const finding = judgeAccess(result, expected);
  if (result.kind !== 'assumed' || finding.status !== 'pass') return { access: finding };
  const isolation = await readOthers(context, result.session, host);
  return {
    access: await readProbes(context, result.session, finding, host),
    ...(isolation !== undefined && { isolation }),
  };
}

/** Being let in may be yesterday's trust policy, still in force. */
async function attemptRefusal(
  context: EvidenceContext,
  take: TakeToken,
  principal: AccountPrincipal,
): Promise<RefusalAttempt> {
  const attempt = async (): Promise<PrincipalResult> => await assume(context, take, principal);
  return { principal, result: await untilPropagated(propagationOf(context), attempt, isTold) };
}

/** Nor does STS tell anything as long as it does not know the OIDC provider. */
function isTold(result: PrincipalResult): boolean {
  if (result.kind === 'refused') return !(result.ofToken && result.mayPass);
  return result.kind !== 'assumed';
}

async function assume(
  { read, desired, proof, world }: EvidenceContext,
  take: TakeToken,
  principal: AccountPrincipal,
): Promise<PrincipalResult> {
  const reads = proof.secrets.length + proof.parameters.length > 0;
  const roles = read.proof.aws;
  return await desired.mechanism.assume({ take, roles, target: world.target, reads }, principal);
}
