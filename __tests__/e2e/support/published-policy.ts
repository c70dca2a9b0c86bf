/** The IAM policies of permissions/, filled in for a world. */
import { readFileSync } from 'node:fs';
import type { World } from '../../../sandbox/world.ts';
import type { Mode } from '../../../src/model/config.ts';
import type { Identity } from './mechanisms.ts';

/** As the files are named. */
export type Job = `${Mode}-${Identity}`;

/** The text of the policy that a job is published with, for a role below `path`. */
export function publishedPolicy({ aws, clusterName }: World, job: Job, path = '/'): string {
  const values: Readonly<Record<string, string>> = {
    PARTITION: aws.partition,
    ACCOUNT_ID: aws.account,
    REGION: aws.region,
    CLUSTER_NAME: clusterName,
    ROLE_NAME: `${clusterName}-shared-secrets`,
    ROLE_PATH: path,
    OIDC_PROVIDER: (aws.eks.cluster(clusterName).issuer ?? '').replace('https://', ''),
  };
  const text = readFileSync(`permissions/iam/${job}.json`, 'utf8');
  return text.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
