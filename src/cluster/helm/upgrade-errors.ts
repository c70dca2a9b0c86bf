/** Says why `helm upgrade` failed, told from its stderr: its exit code is always 1. */
import { type ErrorKind, errorKindOf, errorText } from '../stderr.ts';
import { Failure, type FailureReason } from '../../model/failure.ts';
import type { Helm, ReleaseName } from './helm.ts';

interface UpgradeError {
  readonly pattern: RegExp;
  readonly reason: FailureReason;
  readonly next: string;
}

const UPGRADE_ERRORS: readonly UpgradeError[] = [
  {
    pattern: /hooks? failed/,
    reason: 'rollout-failed',
    next: "A hook job of the chart failed. Look at the jobs and pods in the release's namespace; their images must be pullable.",
  },
  {
    pattern: /timed out waiting for the condition|context deadline exceeded|resources? not ready/i,
    reason: 'timed-out',
    next: 'The Space did not become ready in time. Look at its pods; run again with a longer `wait-timeout` when they only need time.',
  },
  {
    pattern: /don't meet the specifications of the schema/,
    reason: 'invalid-input',
    next: "The chart's schema refuses a value. Check `shared-secrets-value` and `pod-labels` against the chart of this version.",
  },
  {
    pattern: /has no deployed releases/,
    reason: 'not-a-space',
    next: 'No revision of this release was ever deployed. Install the Space first.',
  },
  {
    pattern: /conflict with |Apply failed with \d+ conflict/,
    reason: 'rollout-failed',
    next: 'A field of the Space was changed by another tool (such as `kubectl edit`). Take that change back, or give it to the chart, and run again.',
  },
];

/** The command that frees a release whose last revision is pending. */
function rollbackCommand({ name, namespace }: ReleaseName, revision: number | undefined): string {
  return revision === undefined
    ? `helm uninstall ${name} --namespace ${namespace} (nothing was ever deployed)`
    : `helm rollback ${name} ${revision} --namespace ${namespace}`;
}

export interface Busy {
  readonly status: string;
  /** When an upgrade of this action has ended for certain, in milliseconds; undefined when it is somebody else's. */
  readonly until: number | undefined;
}

/** Another helm works on the release, or one was killed while it did. `revision`: what a rollback can return to. */
export function busyFailure(
  release: ReleaseName,
  { status, until }: Busy,
  revision: number | undefined,
): Failure {
  return new Failure('release-busy', {
    tried: `upgrade Helm release ${release.namespace}/${release.name}`,
    said: `another operation is in progress: the last revision is ${status}`,
    next: `See whether another job is at it, let it end, and run again. When none is (a job was killed), ${until === undefined ? '' : `wait until ${new Date(until).toISOString()} and run again: then this action frees the release itself; or `}free the release with: ${rollbackCommand(release, revision)}`,
  });
}

/** These name the cause; helm's own words around them (`hooks failed`, `context deadline exceeded`) do not. */
const CAUSES: ReadonlySet<ErrorKind> = new Set<ErrorKind>([
  'plug-in',
  'webhook',
  'refused',
  'unauthorized',
  'forbidden',
  'clock',
  'untrusted',
  'kubeconfig',
  'proxy',
]);

/** The Failure for what `helm upgrade` said. */
export function upgradeFailure(helm: Helm, release: ReleaseName, stderr: string): Failure {
  const tried = `upgrade Helm release ${release.namespace}/${release.name}`;
  const kind = errorKindOf(stderr);
  if (CAUSES.has(kind) || /cluster unreachable/i.test(stderr)) return helm.failure(tried, stderr);
  const known = UPGRADE_ERRORS.find(({ pattern }) => pattern.test(stderr));
  if (known !== undefined)
    return new Failure(known.reason, { tried, said: errorText(stderr), next: known.next });
  if (kind !== 'other' && kind !== 'unknown-resource') return helm.failure(tried, stderr);
  const next = `The release keeps its earlier revision. Mend what the message of helm names; \`helm history ${release.name} --namespace ${release.namespace}\` shows more.`;
  return new Failure('rollout-failed', { tried, said: errorText(stderr), next });
}
