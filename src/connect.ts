/** Connects for one run: sign-in to AWS, the EKS cluster, the tools, access to the cluster. */
import { join } from 'node:path';
import { type AwsClients, createConnection } from './aws/client/clients.ts';
import { createClusterToken } from './aws/cluster-token.ts';
import { confirmSession } from './aws/read/caller.ts';
import { createAwsReader } from './aws/reader.ts';
import { type SignedIn, signIn } from './aws/sign-in/sign-in.ts';
import { resolveTarget } from './desired/target.ts';
import { desiredOf, type RunDependencies } from './flow/dependencies.ts';
import { forkOf, originOf, readEvent } from './github/event.ts';
import { createIdTokenSource } from './github/oidc.ts';
import { type ClusterAccess, accessByKubeconfig, accessByToken } from './cluster/access/cluster-access.ts';
import type { Config } from './model/config.ts';
import { Failure } from './model/failure.ts';
import type { JobContext } from './model/job-context.ts';
import type { AwsReader } from './model/ports.ts';
import { type RunRecord, slowedCounter } from './model/record.ts';
import type { Cluster } from './model/world.ts';
import { beginAws } from './observe/aws.ts';
import { childEnvironment } from './tools/environment.ts';
import { createExec } from './tools/exec.ts';
import { type InstalledTools, installTools } from './tools/install/both-tools.ts';
import { createProxyRule, refuseUnusableProxy } from './tools/proxy/rule.ts';
import { usableCluster } from './wait/usable-cluster.ts';
import { assembleRun } from './assemble-run.ts';

/** Everything up to the first look at the Space. What is learnt on the way goes into the record. */
export async function connect(config: Config, job: JobContext, record: RunRecord): Promise<RunDependencies> {
  const { log, clock } = job;
  refuseUnusableProxy(createProxyRule(job.env), await ownAddresses(config, job.env));
  const onSlowed = slowedCounter(record.slowed);
  const signedIn = await signInToAws(config, job, onSlowed);
  record.caller = signedIn.caller;
  const aws = createAwsReader(signedIn.clients, log, clock);
  const cluster = await findCluster(config, job, aws);
  if (cluster === undefined) throw noCluster(config, signedIn);
  const place = { caller: signedIn.caller, cluster, target: resolveTarget(config.intent, cluster) };
  const desired = desiredOf(config, place);
  record.place = place;
  record.desired = desired;
  log.info(`EKS cluster ${cluster.arn}, Kubernetes ${cluster.version}, as ${signedIn.caller.arn}`);
  // Those modes show what earlier inputs have left behind.
  const leftBehind = config.mode === 'check' || config.mode === 'destroy';
  const begun = beginAws({ aws, clock }, config.intent, place, { leftBehind });
  const tools = await install(config, job, cluster);
  job.atEnd(async () => await tools.end());
  record.kubectlVersion = tools.kubectl.version;
  // When it can't be had, the first call that needs it says so.
  void tools.helm.then(({ version }) => (record.helmVersion = version)).catch(() => {});
  const access = await enter(config, job, signedIn.clients, cluster);
  const onBusy = (): void => onSlowed('Kubernetes');
  const parts = { aws, clients: signedIn.clients, place, desired, tools, access, onBusy };
  return { ...assembleRun(config, job, parts), begun };
}

/** What this action itself calls besides AWS, whose addresses the sign-in knows. */
async function ownAddresses(config: Config, env: JobContext['env']): Promise<readonly string[]> {
  const downloaded = [config.helm, config.kubectl].filter(({ version }) => version !== 'path');
  const asksGithub = config.reporting.githubToken !== undefined;
  return [
    ...(config.signIn.roleToAssume === undefined ? [] : [env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '']),
    ...downloaded.map(({ downloadUrl }) => downloadUrl),
    ...(asksGithub ? [originOf(env, await readEvent(env)).apiUrl] : []),
  ];
}

async function signInToAws(
  config: Config,
  job: JobContext,
  onSlowed: (name: string) => void,
): Promise<SignedIn> {
  const { env, clock, log, mask, getIdToken } = job;
  const { intent, signIn: request } = config;
  const settings = { region: intent.region, version: job.version, nodeVersion: job.nodeVersion, env };
  const fork = forkOf(env, await readEvent(env));
  const idToken = createIdTokenSource({ env, fork, getIdToken, mask, clock, log });
  const connection = createConnection(settings, log);
  return await signIn(request, { connection, onSlowed, idToken, mask, log, clock });
}

async function findCluster(
  { intent }: Config,
  job: JobContext,
  aws: Pick<AwsReader, 'cluster'>,
): Promise<Cluster | undefined> {
  const name = intent.clusterName;
  return await usableCluster(job, {
    name,
    timeoutMs: intent.waitSeconds * 1000,
    look: async () => await aws.cluster(name),
  });
}

function noCluster({ intent }: Config, { caller }: SignedIn): Failure {
  return new Failure('cluster-not-found', {
    tried: `describe EKS cluster ${intent.clusterName} in ${intent.region}`,
    said: `account ${caller.account} has no cluster of this name there`,
    next:
      `\`aws eks list-clusters --region ${intent.region}\` with credentials of this account lists what is there. ` +
      `Correct \`cluster-name\` or \`aws-region\` (without that input: AWS_REGION, AWS_DEFAULT_REGION of the job). If the cluster is of another account, the job has to sign in there: it is ${caller.arn} now (\`role-to-assume\`).`,
  });
}

async function install(config: Config, job: JobContext, cluster: Cluster): Promise<InstalledTools> {
  const { clock, log, env, platform, architecture } = job;
  return await installTools(config, {
    serverVersion: cluster.version,
    directory: join(job.directory, 'downloads'),
    env: childEnvironment(env, { keepAwsCredentials: false }),
    exec: createExec(job.signal),
    clock,
    log,
    signal: job.signal,
    system: platform,
    architecture,
  });
}

/** Access to the cluster by the user's kubeconfig where one was given, else by a token that EKS takes from the job's AWS identity. */
async function enter(
  config: Config,
  job: JobContext,
  clients: AwsClients,
  cluster: Cluster,
): Promise<ClusterAccess> {
  const { directory, clock, log, mask } = job;
  if (config.access !== undefined)
    return await accessByKubeconfig(config.access, { cluster, directory, log });
  const token = async (): Promise<string> => {
    const signed = await createClusterToken(clients.sts, cluster.name, clock);
    mask(signed.token);
    return signed.token;
  };
  const confirm = async (): Promise<void> => await confirmSession(clients.sts);
  return await accessByToken({ cluster, token, confirm, directory, clock, log });
}
