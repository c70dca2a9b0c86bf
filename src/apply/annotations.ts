/** Waits until Spaces has carried the annotation to each service account, or has taken it away. */
import type { ChangeBy, Outcome } from '../model/change.ts';
import type { Intent } from '../model/config.ts';
import { Failure } from '../model/failure.ts';
import type { AwaitAnnotation } from '../model/write.ts';
import { isRemoval } from '../resources/annotations.ts';
import { ROLE_ANNOTATION } from '../space/chart.ts';
import { waitUntil } from '../wait/wait-until.ts';
import type { ApplyContext } from './context.ts';
import { failed } from './outcomes.ts';

function hasArrived(value: string | null, until: AwaitAnnotation['until']): boolean {
  return 'is' in until ? value === until.is : value === null || !until.isNoneOf.includes(value);
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
  return changes.map(({ write }): Outcome =>
    open.has(write.namespace) ? failed(tooLate(write, intent), false) : { status: 'done', wrote: false },
  );
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
