/** A role for each mode and identity, with nothing but what is published, and its way into the cluster. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeClusterCommand } from '@aws-sdk/client-eks';
import { z } from 'zod';
import { refusalOf, refusalText } from '../frame/refusal.ts';
import { until, waitedText } from '../frame/until.ts';
import { assume, clientsFor } from '../make/clients.ts';
import { admit } from '../make/cluster-things.ts';
import { EXTERNAL_ID, makeRole, trustInThisRun } from '../make/roles.ts';
import type { AwsKeys } from '../ports.ts';
import type { Place } from '../run-context.ts';

export type Identity = 'irsa' | 'pod-identity';
export type Mode = 'plan' | 'apply' | 'check' | 'destroy';
/** As the files of permissions/ are named. */
export type Job = `${Mode}-${Identity}`;

const IDENTITIES: readonly Identity[] = ['irsa', 'pod-identity'];
const MODES: readonly Mode[] = ['plan', 'apply', 'check', 'destroy'];
export const GROUP = 'spaces-workload-identity';

const root = join(import.meta.dirname, '..', '..');

/** ARNs of the roles. */
export type Jobs = ReadonlyMap<Job, string>;

const ASSUMABLE_MS = 90_000;

export async function makeJobs(place: Place): Promise<Jobs> {
  const jobs = new Map<Job, string>();
  for (const identity of IDENTITIES)
    for (const mode of MODES) {
      const job: Job = `${mode}-${identity}`;
      const arn = await makeRole(place, job, trustInThisRun(place), publishedPolicy(place, job));
      jobs.set(job, arn);
      await admit(place, arn, GROUP);
      await takeNewRole(place, arn);
    }
  return jobs;
}

async function takeNewRole(place: Place, arn: string): Promise<void> {
  const { aws, facts, signal } = place;
  const waited = await until({
    boundMs: ASSUMABLE_MS,
    signal,
    attempt: () => refusalOf(assume(aws.sts, arn, EXTERNAL_ID)),
    isIt: (refusal) => refusal === undefined,
  });
  const text = waitedText(waited, ASSUMABLE_MS, refusalText(waited.answer));
  facts.see('role-assumable', waited.afterMs !== undefined, text);
  await untilInForce(place, arn);
}

/** The policy of a new role may come later than the role: the action would be refused what it was given. */
async function untilInForce({ aws, ports, signal, clusterName }: Place, arn: string): Promise<void> {
  const { eks } = clientsFor(ports, await assume(aws.sts, arn, EXTERNAL_ID));
  await until({
    boundMs: ASSUMABLE_MS,
    signal,
    attempt: () => refusalOf(eks.send(new DescribeClusterCommand({ name: clusterName }))),
    isIt: (refusal) => refusal === undefined,
  });
}

export async function credentialsOf({ aws }: Place, jobs: Jobs, job: Job): Promise<AwsKeys> {
  return await assume(aws.sts, jobs.get(job) ?? '', EXTERNAL_ID);
}

const policySchema = z.record(z.string(), z.unknown());

/** The published policy of a job, its placeholders filled in. */
function publishedPolicy({ clusterName, names, ports, ...place }: Place, job: Job): object {
  const values: Readonly<Record<string, string>> = {
    PARTITION: place.partition,
    ACCOUNT_ID: place.account,
    REGION: ports.region,
    CLUSTER_NAME: clusterName,
    ROLE_NAME: names.workloadRole,
    ROLE_PATH: names.rolePath,
    OIDC_PROVIDER: place.cluster.issuer.replace('https://', ''),
  };
  const text = readFileSync(join(root, 'permissions', 'iam', `${job}.json`), 'utf8');
  return policySchema.parse(
    JSON.parse(text.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)),
  );
}

/** The published rights in the cluster. */
export const publishedRights = (job: Job): string =>
  readFileSync(join(root, 'permissions', 'rbac', `${job}.yaml`), 'utf8');
