/** The proof of access: for every control plane, take the workload's own way to its role, and see strangers turned away. */
import pLimit from 'p-limit';
import type { Finding, Proofs } from '../model/evidence.ts';
import { asFailure } from '../model/failure.ts';
import type { TakeToken } from '../model/ports.ts';
import type { ControllerPod, World } from '../model/world.ts';
import { newestPods } from '../space/pods.ts';
import { missingWorkload, type Target, targets } from '../space/targets.ts';
import { attemptBy } from './attempt.ts';
import { isFinal, judgeAccess, judgeRefusals, type Refusal } from './judge.ts';
import { readProbes } from './probes.ts';
import { propagation, type Proving, type Visit, type Visitor } from './proving.ts';
import { untilPropagated } from '../wait/until-propagated.ts';

const SIDE_BY_SIDE = 10;
/** The service account that every namespace has. */
const STRANGER = 'default';

/** The findings by host namespace. Throws only when the job is cancelled. */
export async function prove(proving: Proving): Promise<ReadonlyMap<string, Proofs>> {
  const { read, intent, world } = proving;
  const served = targets(world).filter((target) => missingWorkload(world, target) === undefined);
  if (served.length === 0) return new Map();
  read.log.info(`proving access for ${served.length} control plane${served.length === 1 ? '' : 's'}`);
  try {
    const accounts = [...new Set([intent.serviceAccount, STRANGER])];
    return await read.proof.tokens.withTokens(
      accounts,
      async (take) => await proveAll(proving, served, take),
    );
  } catch (error) {
    const failure = asFailure(error, 'prove access');
    if (failure.reason === 'cancelled') throw failure;
    const { tried, said } = failure.details;
    const finding: Finding = { status: 'unknown', detail: `${tried}: ${said}` };
    return new Map(served.map(({ namespace }) => [namespace, { access: finding, negative: finding }]));
  }
}

async function proveAll(
  proving: Proving,
  served: readonly Target[],
  take: TakeToken,
): Promise<ReadonlyMap<string, Proofs>> {
  const strangers = await strangersPods(proving);
  const namesake = await turnAway(proving, take, {
    namespace: 'default',
    serviceAccount: proving.intent.serviceAccount,
    pod: youngest(proving.world, 'default'),
  });
  const limit = pLimit(SIDE_BY_SIDE);
  const found = await Promise.all(
    served.map((target) =>
      limit(async () => {
        // Nothing new is begun once the job has been cancelled.
        proving.read.clock.throwIfCancelled();
        const proofs = await proveOne(proving, target, take, { strangers, namesake });
        return [target.namespace, proofs] as const;
      }),
    ),
  );
  return new Map(found);
}

interface Others {
  readonly strangers: readonly ControllerPod[];
  /** The service account of the workload's name in namespace `default`. */
  readonly namesake: Refusal;
}

/** A token counts for Pod Identity only when it is bound to a pod of its account. */
async function strangersPods({ read, intent }: Proving): Promise<readonly ControllerPod[]> {
  if (intent.identity === 'irsa') return [];
  const { pods } = await read.kubernetes.workloads(STRANGER);
  return pods.filter((pod) => !pod.deleting && pod.phase === 'Running');
}

async function proveOne(
  proving: Proving,
  { namespace }: Target,
  take: TakeToken,
  { strangers, namesake }: Others,
): Promise<Proofs> {
  const { intent, world } = proving;
  const workload = { namespace, serviceAccount: intent.serviceAccount, pod: youngest(world, namespace) };
  const pod = strangers.find((one) => one.namespace === namespace);
  const [access, stranger] = await Promise.all([
    proveAccess(proving, take, workload),
    turnAway(proving, take, { namespace, serviceAccount: STRANGER, pod }),
  ]);
  // A workload in `default` is its own namesake.
  const others = namespace === 'default' ? [stranger] : [stranger, namesake];
  return { access, negative: judgeRefusals(others, intent) };
}

function youngest(world: World, namespace: string): ControllerPod | undefined {
  return newestPods(world.workloads, namespace)
    .filter((pod) => pod.phase === 'Running')
    .toSorted((a, b) => b.createdAt - a.createdAt)[0];
}

async function proveAccess(proving: Proving, take: TakeToken, workload: Visitor): Promise<Finding> {
  if (proving.intent.identity === 'pod-identity' && workload.pod === undefined)
    return { status: 'unknown', detail: 'no running pod to take a token for' };
  const attempt = async () => await attemptBy(proving, take, workload);
  const visit = await untilPropagated(propagation(proving), attempt, isFinal(proving, workload));
  const judged = judgeAccess(visit, proving, workload);
  if (visit.kind !== 'assumed' || judged.status !== 'pass') return judged;
  return await readProbes(proving, visit.session, judged);
}

/** Being let in may be yesterday's trust policy, still in force. */
async function turnAway(proving: Proving, take: TakeToken, visitor: Visitor): Promise<Refusal> {
  const attempt = async (): Promise<Visit> => await attemptBy(proving, take, visitor);
  return {
    visitor,
    visit: await untilPropagated(propagation(proving), attempt, ({ kind }) => kind !== 'assumed'),
  };
}
