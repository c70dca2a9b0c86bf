/** Waits for a cluster that EKS is still making, and refuses one that never will be of use. */
import { Failure } from '../model/failure.ts';
import type { Readers } from '../model/ports.ts';
import type { Cluster } from '../model/world.ts';
import { every, repeat } from './repeat.ts';

export interface ClusterWait {
  readonly name: string;
  readonly timeoutMs: number;
  /** Undefined when there is no such cluster. */
  readonly look: () => Promise<Cluster | undefined>;
}

const EVERY_MS = 15_000;

/**
 * The cluster, as soon as its API server can be called; undefined when there is none of that name. EKS gives a cluster its endpoint
 * when it has been made and keeps the API server up while it is updated, so UPDATING is waited for only without an endpoint.
 * Throws `cluster-not-found` for one that failed, is being deleted or is only registered, and `timed-out` after the time.
 */
export async function usableCluster(
  { clock, log }: Pick<Readers, 'clock' | 'log'>,
  { name, timeoutMs, look }: ClusterWait,
): Promise<Cluster | undefined> {
  const start = clock.now();
  let status = '';
  const found = await repeat({
    clock,
    pauses: every(EVERY_MS),
    attempt: async () => {
      const cluster = await look();
      if (cluster === undefined) return { answer: cluster };
      refuseUseless(cluster);
      ({ status } = cluster);
      return canBeCalled(cluster) ? { answer: cluster } : { answer: cluster, retryUntil: start + timeoutMs };
    },
    beforePause: (_pauseMs, leftMs) => {
      log.info(`EKS cluster ${name} is ${status}: waiting for it, ${Math.round(leftMs / 1000)} s left`);
    },
  });
  if (found === undefined) return undefined;
  if (!canBeCalled(found)) throw notInTime(found, clock.now() - start);
  if (found.status === 'UPDATING') {
    log.info(`EKS cluster ${name} is UPDATING: its API server answers meanwhile, with short breaks`);
  }
  return found;
}

function canBeCalled({ status, endpoint }: Cluster): boolean {
  return endpoint !== '' && status !== 'CREATING' && status !== 'PENDING';
}

function useless({ name }: Cluster, said: string, next: string): Failure {
  return new Failure('cluster-not-found', { tried: `use EKS cluster ${name}`, said, next });
}

function refuseUseless(cluster: Cluster): void {
  const { name, region, status, healthIssues = [] } = cluster;
  if (cluster.registeredOnly === true) {
    const said = `it runs outside of EKS and is only registered there (EKS Connector, status ${status})`;
    throw useless(
      cluster,
      said,
      'IRSA and EKS Pod Identity need a cluster that EKS runs: check `cluster-name`.',
    );
  }
  const issues = healthIssues.length === 0 ? '' : `: ${healthIssues.join('; ')}`;
  const said = `its status is ${status}${issues}`;
  if (status === 'FAILED') {
    const next = `EKS could not make or keep this cluster. See \`aws eks describe-cluster --name ${name} --region ${region} --query cluster.health\`, and run again when its status is ACTIVE, or name the cluster that took its place.`;
    throw useless(cluster, said, next);
  }
  if (status === 'DELETING') {
    const next =
      'The cluster is being deleted, and its associations go with it. The role and the OIDC provider stay in IAM: run `mode: destroy` before a cluster is deleted, or delete by hand what carries its tags.';
    throw useless(cluster, said, next);
  }
}

function notInTime({ name, region, status }: Cluster, passedMs: number): Failure {
  return new Failure('timed-out', {
    tried: `wait for EKS cluster ${name}`,
    said: `its status is ${status}, after ${Math.round(passedMs / 1000)} s`,
    next: `EKS is still at work on it; making one takes 10 to 15 minutes. Run again when \`aws eks describe-cluster --name ${name} --region ${region} --query cluster.status\` says ACTIVE, or with a longer \`wait-timeout\`.`,
  });
}
