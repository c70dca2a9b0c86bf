/** Two accounts with clusters in two regions, without Kubernetes behind them, and jobs that may look for them. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type Account, type Aws, startAws } from '../../../sandbox/aws/index.ts';
import { type Github, startGithub } from '../../../sandbox/github/server.ts';
import { runAction, type RunOptions, type RunResult } from '../../../sandbox/runner.ts';
import { jobEnvironment } from '../../../sandbox/world/environment.ts';

export const FIRST = '111122223333';
export const SECOND = '444455556666';
export const HERE = 'eu-central-1';
export const THERE = 'us-east-1';
export const PLACES = [FIRST, SECOND].flatMap((account) =>
  [HERE, THERE].map((region) => ({ account, region })),
);
export const readerIn = (account: string): string => `arn:aws:iam::${account}:role/fleet-reader`;

export interface Accounts {
  addCluster(account: string, region: string, name: string, tags?: Record<string, string>): void;
  /** More than the published policy says, or less: a statement for an account's role. None: what is published alone. */
  addStatement(account: string, statement?: object): void;
}

export interface Organisation extends Accounts {
  readonly aws: Aws;
  readonly github: Github;
  run(inputs: Readonly<Record<string, string>>, options?: Partial<RunOptions>): Promise<RunResult>;
  close(): Promise<void>;
}

const policySchema = z.object({ Statement: z.array(z.unknown()) });

/** The published policy of the search, filled in for an account. */
function fleetStatements(account: string): readonly unknown[] {
  const text = readFileSync('permissions/iam/fleet.json', 'utf8')
    .replaceAll('${PARTITION}', 'aws')
    .replaceAll('${ACCOUNT_ID}', account);
  return policySchema.parse(JSON.parse(text)).Statement;
}

/** GitHub’s provider and the role of the job, which has what the search is published with. */
function admit({ iam, account }: Account, github: Github, more: readonly object[] = []): void {
  const issuer = github.job.issuer.replace('https://', '');
  iam.deleteRole('fleet-reader');
  iam.createRole({
    roleName: 'fleet-reader',
    inlinePolicies: {
      fleet: { Version: '2012-10-17', Statement: [...fleetStatements(account), ...more] },
    },
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: iam.arn(`oidc-provider/${issuer}`) },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: github.subject() },
          },
        },
      ],
    },
  });
}

/** Opens the second account beside the first, and lets the job look for clusters in both. STS has GitHub's keys already. */
export function openAccounts(aws: Aws, github: Github): Accounts {
  const accounts = new Map<string, Account>([
    [FIRST, aws],
    [SECOND, aws.addAccount(SECOND)],
  ]);
  for (const account of accounts.values()) {
    const isKnown = [...account.iam.providers.values()].some(({ url }) => github.job.issuer.endsWith(url));
    if (!isKnown)
      account.iam.createOidcProvider({ url: github.job.issuer, clientIds: ['sts.amazonaws.com'] });
    admit(account, github);
  }
  return {
    addCluster: (account, region, name, tags = {}) => {
      aws.eksIn(region, account).addCluster({
        name,
        endpoint: 'https://127.0.0.1:1',
        caPem: 'PEM',
        publicKeys: [],
        tags,
      });
    },
    addStatement: (account, statement) => {
      const known = accounts.get(account);
      if (known === undefined) throw new Error(`no account ${account}`);
      admit(known, github, statement === undefined ? [] : [statement]);
    },
  };
}

const silent = (): void => {};

export async function startOrganisation(): Promise<Organisation> {
  const dir = await mkdtemp(join(tmpdir(), 'organisation-'));
  const aws = await startAws({ account: FIRST, region: HERE });
  const github = await startGithub({ log: silent });
  aws.addOidcKeys(github.job.issuer, [...github.publicKeys]);
  const runs: RunResult[] = [];
  return {
    aws,
    github,
    ...openAccounts(aws, github),
    run: async (inputs, options = {}) => {
      const env = jobEnvironment(aws, github, dir);
      const result = await runAction({ inputs, env, action: 'fleet/action.yml', ...options });
      runs.push(result);
      return result;
    },
    close: async () => {
      for (const run of runs) await run.dispose();
      await Promise.all([aws.close(), github.close()]);
      await rm(dir, { recursive: true });
    },
  };
}
