/** Reads the EKS clusters of an account in a region. */
import {
  type Cluster as EksCluster,
  DescribeClusterCommand,
  paginateListClusters,
} from '@aws-sdk/client-eks';
import { Failure } from '../../model/failure.ts';
import type { FleetReader, FoundCluster } from '../../model/fleet.ts';
import type { Clock, Log } from '../../model/ports.ts';
import { jobCancelled } from '../../tools/cancelled.ts';
import { allItems } from '../client/all-items.ts';
import { given, parseArn, required } from '../client/api-values.ts';
import type { Call } from '../client/aws-failure.ts';
import type { AwsClients } from '../client/clients.ts';
import { adviseOnNetwork } from '../client/network-error.ts';
import { absent, type AwsContext, createContext, request } from '../client/request.ts';

/** The most that EKS gives (API reference, `ListClusters`). */
const PAGE_SIZE = 100;

/** The bound of one look, its retries and pauses included, in milliseconds: one cluster that hangs must not hold a fleet. */
const LOOK_MS = 60_000;

export interface FleetReaderDependencies {
  readonly clients: AwsClients;
  readonly log: Log;
  readonly clock: Clock;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  /** How long one look at an account may take, in milliseconds. */
  readonly lookMs?: number;
}

/** The reads of one account of the fleet. It has a limit of its own on concurrent calls. */
export function createFleetReader(dependencies: FleetReaderDependencies): FleetReader {
  const { clients, log, clock } = dependencies;
  const aws = createContext(clients, log, clock);
  return {
    clusterNames: () => listClusterNames(aws, dependencies),
    describedCluster: (name) => describeCluster(aws, name, dependencies),
  };
}

async function listClusterNames(
  aws: AwsContext,
  dependencies: FleetReaderDependencies,
): Promise<readonly string[]> {
  const call = { tried: 'list EKS clusters', action: 'eks:ListClusters', on: '*' };
  return await bounded(aws, call, dependencies, async (abortSignal) => {
    const settings = { client: aws.clients.eks, pageSize: PAGE_SIZE };
    const pages = paginateListClusters(settings, {}, { abortSignal });
    return await allItems(call, pages, ({ clusters }) => clusters);
  });
}

async function describeCluster(
  aws: AwsContext,
  name: string,
  dependencies: FleetReaderDependencies,
): Promise<FoundCluster | undefined> {
  const call = {
    tried: `describe EKS cluster ${name}`,
    action: 'eks:DescribeCluster',
    on: `cluster ${name}`,
  };
  const answer = await bounded(aws, call, dependencies, async (abortSignal) => {
    const command = new DescribeClusterCommand({ name });
    return await request(call, () => aws.clients.eks.send(command, { abortSignal }), {
      ResourceNotFound: absent,
    });
  });
  return answer && toFound(required(answer.cluster, 'cluster', call), call);
}

function toFound(cluster: EksCluster, call: Call): FoundCluster {
  const arn = required(cluster.arn, 'arn', call);
  return {
    name: required(cluster.name, 'name', call),
    arn,
    ...parseArn(arn),
    status: given(cluster.status) ?? 'UNKNOWN',
    version: cluster.version ?? '',
    tags: cluster.tags ?? {},
  };
}

/** One look that ends with the job, and in time: throws `cancelled` or `timed-out` then. */
async function bounded<T>(
  aws: AwsContext,
  call: Call,
  { signal, lookMs = LOOK_MS }: FleetReaderDependencies,
  look: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  return await aws.limit(async () => {
    const late = AbortSignal.timeout(lookMs);
    try {
      return await look(AbortSignal.any([signal, late]));
    } catch (error) {
      if (signal.aborted) throw jobCancelled(call.tried, { cause: error });
      if (!late.aborted) throw error;
      throw new Failure('timed-out', {
        tried: call.tried,
        said: `no answer in ${lookMs / 1000} s`,
        next: adviseOnNetwork('unreached', `${lookMs / 1000} s of trying`),
        cause: error,
      });
    }
  });
}
