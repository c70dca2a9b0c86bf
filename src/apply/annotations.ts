/** Waits until Spaces has carried the annotation to each service account, or has taken it away. */
import type { ChangeBy, Outcome } from '../model/change.ts';
import type { Intent } from '../model/config.ts';
import { Failure } from '../model/failure.ts';
import type { Readers } from '../model/ports.ts';
import type { ReleaseView } from '../model/world.ts';
import type { AwaitAnnotation } from '../model/write.ts';
import { isRemoval, otherValue } from '../resources/annotations.ts';
import { ROLE_ANNOTATION } from '../space/chart.ts';
import { waitUntil } from '../wait/wait-until.ts';
import type { ApplyContext } from './context.ts';
import { failed } from './outcomes.ts';

function hasArrived(value: string | null, until: AwaitAnnotation['until']): boolean {
  return 'is' in until ? value === until.is : value !== until.isNot;
}

export async function awaitAnnotations(
  changes: readonly ChangeBy<'await-annotation'>[],
  { read, intent, progress }: ApplyContext,
): Promise<readonly Outcome[]> {
  const open = await waitUntil(read, {
    what: 'the annotation on the service accounts',
    timeoutMs: intent.waitSeconds * 1000,
    look: async () => {
      const actual = await read.kubernetes.serviceAccounts(intent.serviceAccount);
      const values = new Map(actual.map(({ namespace, roleArn }) => [namespace, roleArn ?? null]));
      return new Set(
        changes
          .filter(({ write }) => !hasArrived(values.get(write.namespace) ?? null, write.until))
          .map(({ write }) => write.namespace),
      );
    },
  });
  progress.identityChangedAt = read.clock.now();
  const release = open.size === 0 ? undefined : await valuesNow(read, intent);
  return changes.map(({ write }): Outcome => {
    if (!open.has(write.namespace)) return { status: 'done', wrote: false };
    const other = release && otherValue(write.until, release);
    return failed(other === undefined ? tooLate(write, intent) : changedValue(write, other), false);
  });
}

/** Somebody may have changed the value that this run has set. Undefined where others set it, and when it can't be read. */
async function valuesNow(read: Readers, { release }: Intent): Promise<ReleaseView | undefined> {
  if (release.annotate === 'none') return undefined;
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

function tooLate({ namespace, until }: AwaitAnnotation, { waitSeconds, release }: Intent): Failure {
  const byOthers = `Someone else sets the values: ${isRemoval(until) ? `take ${ROLE_ANNOTATION} out of them` : 'give them what the output `helm-values` has'}, then run again.`;
  const bySpaces =
    'Spaces carries the value there. Look at the logs of spaces-controller and at the control plane’s conditions; a longer `wait-timeout` may do.';
  return new Failure('timed-out', {
    tried: `wait for ${ROLE_ANNOTATION} on the service account of ${namespace}`,
    said: `it had not ${isRemoval(until) ? 'gone' : 'arrived'} after ${waitSeconds} s`,
    next: release.annotate === 'none' ? byOthers : bySpaces,
  });
}
