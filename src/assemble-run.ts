/** Puts the adapters together: readers and, for modes that write, writers. */
import { join } from 'node:path';
import type { AwsClients } from './aws/client/clients.ts';
import { createRoleAssumer } from './aws/role-assumer.ts';
import { createAwsWriter } from './aws/writer.ts';
import type { RunDependencies } from './flow/dependencies.ts';
import { createApi } from './github/api.ts';
import { originOf, readEvent } from './github/event.ts';
import { reviewedChanges } from './github/reviewed.ts';
import { createHelm } from './cluster/helm/helm.ts';
import { createHelmReader } from './cluster/helm/reader.ts';
import { createHelmWriter } from './cluster/helm/writer.ts';
import type { ClusterAccess } from './cluster/access/cluster-access.ts';
import { createKubectl } from './cluster/kubectl/kubectl.ts';
import { createClusterApi } from './cluster/api/api.ts';
import { createSender } from './cluster/api/sender.ts';
import { createKubernetesReader } from './cluster/objects/reader.ts';
import { createTokenSource } from './cluster/tokens/service-account-tokens.ts';
import { createReleaseSecrets } from './cluster/kubectl/secrets.ts';
import { createKubernetesWriter } from './cluster/kubectl/writer.ts';
import type { Config } from './model/config.ts';
import type { Desired } from './model/desired.ts';
import type { Failure } from './model/failure.ts';
import type { JobContext } from './model/job-context.ts';
import type { AwsReader } from './model/ports.ts';
import type { Place } from './model/record.ts';
import type { Fingerprints } from './plan/fingerprints.ts';
import { createExec } from './tools/exec.ts';
import type { InstalledTools } from './tools/install/both-tools.ts';

/** Used only in the text of a refusal; what can't be found is left out. */
async function findReviewed(
  config: Config,
  { env, log }: JobContext,
  digest: string,
): Promise<Fingerprints | undefined> {
  const { githubToken, label } = config.reporting;
  if (githubToken === undefined) return undefined;
  const origin = originOf(env, await readEvent(env));
  try {
    return await reviewedChanges(createApi(githubToken, origin, env), origin, label, digest);
  } catch (error) {
    log.debug(`the reviewed plan was not found: ${String(error)}`);
    return undefined;
  }
}

/** What a run is assembled from, once it is connected. */
interface RunParts {
  readonly aws: AwsReader;
  readonly clients: AwsClients;
  readonly place: Place;
  readonly desired: Desired;
  readonly tools: InstalledTools;
  readonly access: ClusterAccess;
  readonly onBusy: () => void;
}

/** Readers, and for modes that write what makes writers, over the connections of the run. */
export function assembleRun(config: Config, job: JobContext, parts: RunParts): RunDependencies {
  const { clock, log, env, directory } = job;
  const { place, desired, tools, access, clients } = parts;
  const { namespace } = config.intent.release;
  const caller = {
    cluster: place.cluster,
    arn: place.caller.arn,
    ...(config.signIn.roleToAssume !== undefined && { roleToAssume: config.signIn.roleToAssume }),
    kubeconfigGiven: config.access !== undefined,
    permissionsFile: `permissions/rbac/${config.mode}-${config.intent.identity}.yaml`,
    ...(namespace !== 'upbound-system' && { otherNamespace: namespace }),
  };
  const common = { exec: createExec(job.signal), env, access, caller, clock, log, onBusy: parts.onBusy };
  const kubectlParts = { path: tools.kubectl.path, cacheDirectory: join(directory, 'kubectl') };
  const kubectl = createKubectl({ ...common, ...kubectlParts });
  const { signal, platform } = job;
  const sender = createSender({ kubectl, directory, platform, signal });
  job.atEnd(async () => await sender.close());
  const failure = (tried: string, said: string): Failure => kubectl.failure(tried, said);
  const api = createClusterApi({ ...common, send: sender.send, failure });
  const helmCommon = { ...common, program: tools.helm, directory };
  // An upgrade of the Space needs IRSA's rights, whatever the identity.
  const upgrader = { ...caller, permissionsFile: `permissions/rbac/${config.mode}-irsa.yaml` };
  return {
    config,
    place,
    desired,
    read: {
      aws: parts.aws,
      kubernetes: createKubernetesReader(api, kubectl, {
        release: config.intent.release,
        kubeconfigGiven: config.access !== undefined,
        token: access.token,
        readsSecrets: config.mode !== 'destroy',
      }),
      helm: createHelmReader(createHelm(helmCommon)),
      proof: {
        tokens: createTokenSource({ kubectl, directory, platform, signal, mask: job.mask }),
        aws: createRoleAssumer({ clients, clock, log, mask: job.mask }),
      },
      clock,
      log,
    },
    findReviewed: async (digest) => await findReviewed(config, job, digest),
    makeWriters: () => ({
      aws: createAwsWriter(clients, log, clock),
      kubernetes: createKubernetesWriter(kubectl),
      helm: createHelmWriter(
        createHelm({ ...helmCommon, caller: upgrader }),
        createReleaseSecrets(createKubectl({ ...common, ...kubectlParts, caller: upgrader })),
      ),
    }),
  };
}
