/** Waits until no other helm works on the release, and frees one that a killed run of this action has left pending. */
import type { ReleaseIntent } from '../../model/config.ts';
import { Failure } from '../../model/failure.ts';
import type { UpgradeRequest } from '../../model/ports.ts';
import { every, repeat } from '../../wait/repeat.ts';
import type { ReleaseSecrets } from '../release-secrets.ts';
import { markedFailed } from './abandoned-record.ts';
import { begunUntil, claimedUntil } from './claim.ts';
import type { Helm } from './helm.ts';
import { type Metadata, newestRevision, readMetadata } from './release-records.ts';
import { busyFailure } from './upgrade-errors.ts';

const POLL_MS = 10_000;

export interface Writing {
  readonly helm: Helm;
  readonly secrets: ReleaseSecrets;
}

function isPending({ status }: Metadata): boolean {
  return status.startsWith('pending-') || status === 'uninstalling';
}

function missing({ intent }: UpgradeRequest): Failure {
  return new Failure('not-a-space', {
    tried: `upgrade Helm release ${intent.namespace}/${intent.name}`,
    said: 'there is no such release, or it was uninstalled',
    next: 'Check `helm-release` and `helm-namespace`. This action never installs a Space.',
  });
}

/** The Failure for a release at which another helm is. Names the revision that a rollback can return to. */
export async function busy(
  helm: Helm,
  intent: ReleaseIntent,
  last: Pick<Metadata, 'status'> & Partial<Metadata>,
): Promise<Failure> {
  const { revision = 0, labels, status } = last;
  const until = claimedUntil({ revision, labels });
  return busyFailure(
    intent,
    { status, until },
    await newestRevision(helm, intent, ['deployed', 'superseded']),
  );
}

/** The release's last record once no other helm works on it. Waits as long as the request allows, then says how to free the release. */
export async function waitUntilFree(writing: Writing, request: UpgradeRequest): Promise<Metadata> {
  const { helm } = writing;
  const { intent, timeoutSeconds } = request;
  const { clock, log } = helm.options;
  const deadline = clock.now() + timeoutSeconds * 1000;
  const last = await repeat({
    clock,
    pauses: every(POLL_MS),
    attempt: async () => {
      const answer = await readMetadata(helm, intent);
      if (answer === undefined || answer.status === 'uninstalled') throw missing(request);
      if (!isPending(answer)) return { answer };
      if (isAbandoned(answer, clock.now())) {
        const freed = await markAbandoned(writing, request, answer);
        return isPending(freed) ? { answer: freed, retryUntil: deadline } : { answer: freed };
      }
      if (clock.now() < deadline) {
        log.info(
          `Helm release ${intent.name} is ${answer.status}: waiting for the other operation (at most ${timeoutSeconds} s)`,
        );
      }
      return { answer, retryUntil: deadline };
    },
  });
  if (isPending(last)) throw await busy(helm, intent, last);
  return last;
}

/** An upgrade of this action that was killed: whoever began it has ended by now. */
function isAbandoned(record: Metadata, now: number): boolean {
  const until = begunUntil(record);
  return until !== undefined && until <= now;
}

/**
 * Marks the killed upgrade as failed, in one act. To roll back could be killed half way itself, and would take back from the workloads
 * what the upgrade that follows brings again; without the record, nobody would know any more what has reached the cluster.
 */
async function markAbandoned(
  { helm, secrets }: Writing,
  request: UpgradeRequest,
  abandoned: Metadata,
): Promise<Metadata> {
  const { intent } = request;
  const { name, namespace } = intent;
  const { revision } = abandoned;
  const record = `sh.helm.release.v1.${name}.v${revision}`;
  const failed = markedFailed(await secrets.read(namespace, record));
  if (failed !== undefined) {
    helm.options.log.warning(
      `Helm release ${namespace}/${name}: revision ${revision} was begun by a run of this action that did not end: it is marked as failed, and the release upgraded anew`,
    );
    await secrets.replace(namespace, record, failed);
  }
  const last = await readMetadata(helm, intent);
  if (last === undefined) throw missing(request);
  return last;
}
