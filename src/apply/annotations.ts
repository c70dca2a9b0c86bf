/** Waits until Spaces has carried the annotation to each service account, or has taken it away; sets it there where it has not. */
import type { ChangeBy, Outcome } from '../model/change.ts';
import type { Intent } from '../model/config.ts';
import { asFailure, Failure } from '../model/failure.ts';
import type { Readers } from '../model/ports.ts';
import type { ReleaseView } from '../model/world.ts';
import type { AwaitAnnotation } from '../model/write.ts';
import { isRemoval, otherValue } from '../resources/annotations.ts';
import { ROLE_ANNOTATION } from '../space/chart.ts';
import { countOf } from '../model/count.ts';
import { waitUntil } from '../wait/wait-until.ts';
import type { ApplyContext } from './context.ts';
import { begin, DONE, failed, isPerhapsDone } from './outcomes.ts';

type Await = ChangeBy<'await-annotation'>;

/**
 * Spaces brings a value that has changed, and leaves alone what somebody has edited since. How long it takes is not documented;
 * to set what it will bring anyway does no harm.
 */
const CARRY_MS = 60_000;

const ARRIVED: Outcome = { status: 'done', wrote: false };

/**
 * One outcome for each change, in their order; what Spaces has not carried within its time is set here, with `annotate: helm`.
 * Throws `cancelled`.
 */
export async function awaitAnnotations(
  changes: readonly Await[],
  context: ApplyContext,
): Promise<readonly Outcome[]> {
  const { read, intent, progress } = context;
  const waitMs = intent.waitSeconds * 1000;
  const isOurs = intent.release.annotate === 'helm';
  const timeoutMs = isOurs ? Math.min(waitMs, CARRY_MS) : waitMs;
  const open = await waitUntil(read, {
    what: 'the annotation on the service accounts',
    timeoutMs,
    look: async () => await stillOpen(changes, context),
  });
  const left = changes.filter(({ write }) => open.has(write.namespace));
  const after = `after ${timeoutMs / 1000} s`;
  const outcomes = isOurs ? await setWhereAsked(left, after, context) : allTooLate(left, after, intent);
  progress.identityChangedAt = read.clock.now();
  return changes.map((change) => outcomes.get(change) ?? ARRIVED);
}

async function stillOpen(
  changes: readonly Await[],
  { read, intent }: ApplyContext,
): Promise<ReadonlySet<string>> {
  const actual = await read.kubernetes.serviceAccounts(intent.serviceAccount);
  const values = new Map(actual.map(({ namespace, roleArn }) => [namespace, roleArn ?? null]));
  const open = changes.filter(({ write }) => !hasArrived(values.get(write.namespace) ?? null, write.until));
  return new Set(open.map(({ write }) => write.namespace));
}

function hasArrived(value: string | null, until: AwaitAnnotation['until']): boolean {
  return 'is' in until ? value === until.is : value === null || !until.isNoneOf.includes(value);
}

/** Only what the Space's values still ask for is set: somebody may have changed the value that this run has set. */
async function setWhereAsked(
  left: readonly Await[],
  after: string,
  context: ApplyContext,
): Promise<ReadonlyMap<Await, Outcome>> {
  if (left.length === 0) return new Map();
  const release = await valuesNow(context.read, context.intent);
  const others = new Map(
    left.flatMap((change): [Await, Outcome][] => {
      const other = release && otherValue(change.write.until, release);
      return other === undefined ? [] : [[change, failed(changedValue(change.write, other), false)]];
    }),
  );
  const asked = left.filter((change) => !others.has(change));
  return new Map([...others, ...(await setThem(asked, after, context))]);
}

/** Undefined when they can't be read. */
async function valuesNow(read: Readers, { release }: Intent): Promise<ReleaseView | undefined> {
  try {
    return await read.helm.release(release);
  } catch {
    return undefined;
  }
}

function changedValue({ namespace }: AwaitAnnotation, other: string): Failure {
  return new Failure('plan-changed', {
    tried: `wait for ${ROLE_ANNOTATION} on the service account of ${namespace}`,
    said: `${other}: someone changed it meanwhile`,
    next: 'Run again to plan from what is there now.',
  });
}

/** One call for each value; in one plan all service accounts get the same one. */
async function setThem(
  left: readonly Await[],
  after: string,
  context: ApplyContext,
): Promise<ReadonlyMap<Await, Outcome>> {
  const groups = Map.groupBy(left, ({ write: { until } }) => ('is' in until ? until.is : null));
  const outcomes = new Map<Await, Outcome>();
  for (const [roleArn, group] of groups) {
    for (const [change, outcome] of await setAlike(group, roleArn, after, context))
      outcomes.set(change, outcome);
  }
  return outcomes;
}

async function setAlike(
  group: readonly Await[],
  roleArn: string | null,
  after: string,
  context: ApplyContext,
): Promise<ReadonlyMap<Await, Outcome>> {
  const { read, write, intent, progress } = context;
  const targets = group.map((change) => change.write);
  let isSent = false;
  begin(group, progress);
  try {
    const said = await write.kubernetes.annotate(targets, roleArn);
    isSent = true;
    const open = await stillOpen(group, context);
    const names = targets.map(({ namespace }) => namespace).filter((namespace) => !open.has(namespace));
    const [carried, set] = roleArn === null ? ['taken', 'taken away'] : ['carried', 'set'];
    const where = roleArn === null ? 'off' : 'to';
    if (names.length > 0)
      read.log.warning(
        `Spaces had not ${carried} ${ROLE_ANNOTATION} ${where} ${countOf(names.length, 'service account')} ${after}, so it was ${set} there: ${names.join(', ')}`,
      );
    const inVain = `${after}, and could not be ${set}: ${said || 'kubectl said nothing'}`;
    return new Map(
      group.map((change) => {
        const isOpen = open.has(change.write.namespace);
        return [change, isOpen ? failed(tooLate(change.write, inVain, intent), true) : DONE];
      }),
    );
  } catch (error) {
    return new Map(
      group.map((change) => {
        const failure = refusedTo(change.write, asFailure(error, change.id));
        return [change, failed(failure, isSent || isPerhapsDone(failure))];
      }),
    );
  }
}

/** The permissions of `destroy` with Pod Identity don't hold the right to patch service accounts: an annotation made by hand is rare. */
function refusedTo({ namespace, serviceAccount, until }: AwaitAnnotation, failure: Failure): Failure {
  if (failure.reason !== 'access-denied' || !isRemoval(until)) return failure;
  const { tried, said } = failure.details;
  const byHand = `kubectl annotate serviceaccount ${serviceAccount} --namespace ${namespace} ${ROLE_ANNOTATION}-`;
  const next = `Somebody has edited this service account, so Spaces leaves it as it is. Take the annotation off by hand, ${byHand}, and run again; or give the job permissions/rbac/destroy-irsa.yaml for this one run.`;
  return new Failure(failure.reason, { tried, said, next });
}

function allTooLate(left: readonly Await[], after: string, intent: Intent): ReadonlyMap<Await, Outcome> {
  return new Map(left.map((change) => [change, failed(tooLate(change.write, after, intent), false)]));
}

function tooLate({ namespace, until }: AwaitAnnotation, after: string, { release }: Intent): Failure {
  const byOthers = `With \`annotate: none\`, someone else sets the Space's values: ${isRemoval(until) ? `take ${ROLE_ANNOTATION} out of them` : 'put what the output `helm-values` has into them'}, then run again.`;
  const bySpaces =
    "Spaces brings the annotation from its values to the service accounts. Look at the logs of spaces-controller and at the control plane's conditions, then run again.";
  return new Failure('timed-out', {
    tried: `wait for ${ROLE_ANNOTATION} on the service account of ${namespace}`,
    said: `the annotation had not ${isRemoval(until) ? 'gone' : 'arrived'} ${after}`,
    next: release.annotate === 'none' ? byOthers : bySpaces,
  });
}
