/** The roles that the examples name, with the published permission files, for exactly the subject of the job. */
import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Account } from '../../../sandbox/aws/index.ts';
import { subjectOf } from '../../../sandbox/github/id-token.ts';
import type { World } from '../../../sandbox/world.ts';
import { ACTION, type ExampleFile } from './example-file.ts';

const documentSchema = z.record(z.string(), z.unknown());

export interface JobRole {
  readonly arn: string;
  /** Its IAM policy, as the file is named: `apply-irsa`, `fleet`. */
  readonly file: string;
  readonly environment?: string | undefined;
  /** The cluster that it may enter, with the files' other placeholders; none for a search. */
  readonly cluster?: {
    readonly name: string;
    readonly region: string;
    /** The workload's role, with its path. */
    readonly role: string;
  };
}

/** As docs/permissions.md advises: a group of its own for each file, in all of the file. */
const groupOf = (file: string): string => `spaces-${file}`;

export async function giveRights({ kubectl }: World): Promise<void> {
  const files = readdirSync('permissions/rbac').map((name) => name.replace('.yaml', ''));
  const texts = files.map((file) =>
    readFileSync(`permissions/rbac/${file}.yaml`, 'utf8').replaceAll(
      'spaces-workload-identity',
      groupOf(file),
    ),
  );
  await kubectl(['apply', '--filename=-'], texts.join('\n---\n'));
}

/** The account with this id, which is opened where it is not there yet. */
export type AccountOf = (id: string) => Account;

export function makeRole({ aws, github, clusterName }: World, accountOf: AccountOf, role: JobRole): void {
  const [, account = '', name = ''] = /^arn:aws:iam::(\d+):role\/(.+)$/.exec(role.arn) ?? [];
  const { iam } = accountOf(account);
  const [, path = '', roleName = ''] = /^(.*\/)?([^/]+)$/.exec(role.cluster?.role ?? '') ?? [];
  const values: Readonly<Record<string, string>> = {
    PARTITION: aws.partition,
    ACCOUNT_ID: account,
    REGION: role.cluster?.region ?? '',
    CLUSTER_NAME: role.cluster?.name ?? '',
    ROLE_NAME: roleName,
    ROLE_PATH: `/${path}`,
    OIDC_PROVIDER: (aws.eks.cluster(clusterName).issuer ?? '').replace('https://', ''),
  };
  const policy = readFileSync(`permissions/iam/${role.file}.json`, 'utf8').replaceAll(
    /\$\{(\w+)\}/g,
    (whole, placeholder: string) => values[placeholder] ?? whole,
  );
  const issuer = github.job.issuer.replace('https://', '');
  const subject = subjectOf({ ...github.job, environment: role.environment });
  iam.deleteRole(name);
  iam.createRole({
    roleName: name,
    inlinePolicies: { 'spaces-workload-identity': documentSchema.parse(JSON.parse(policy)) },
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: iam.arn(`oidc-provider/${issuer}`) },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: subject } },
        },
      ],
    },
  });
  if (role.cluster === undefined) return;
  const entry = { username: name, groups: [groupOf(role.file)] };
  aws.eksIn(role.cluster.region, account).addAccessEntry(role.cluster.name, role.arn, entry);
}

/** The roles that an example names outright. */
export function rolesIn({ jobs }: ExampleFile): readonly JobRole[] {
  return Object.values(jobs).flatMap(({ environment, steps }) =>
    steps
      .filter(({ uses }) => uses.startsWith(`${ACTION}@`))
      .flatMap(({ with: { mode = 'plan', identity = '', ...inputs } }): readonly JobRole[] => {
        const { 'role-to-assume': arn = '', 'cluster-name': name = '', 'aws-region': region = '' } = inputs;
        if (arn.includes('${{')) return [];
        const [, role = `${name}-shared-secrets`] = (inputs['role-arn'] ?? '').split(':role/');
        return [{ arn, file: `${mode}-${identity}`, environment, cluster: { name, region, role } }];
      }),
  );
}
