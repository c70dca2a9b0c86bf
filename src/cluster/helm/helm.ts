/** Runs helm, one process per call, with directories of its own: no helm settings of the runner are used, and none of ours stay. */
import { join } from 'node:path';
import { type ClusterCaller, explain } from '../explain.ts';
import { type ClusterAccess, withSession } from '../access/cluster-access.ts';
import type { Failure } from '../../model/failure.ts';
import type { Clock, Log } from '../../model/ports.ts';
import { childEnvironment, type Environment } from '../../tools/environment.ts';
import type { Exec, ExecRequest, ExecResult } from '../../tools/exec.ts';
import { CHART_LIMIT, clusterLimit } from '../time-limits.ts';

export interface HelmProgram {
  readonly path: string;
  /** As the program says, e.g. `v4.3.1`. */
  readonly version: string;
}

export interface HelmOptions {
  /** The first call waits for it. */
  readonly program: Promise<HelmProgram>;
  readonly exec: Exec;
  /** The job's environment. */
  readonly env: Environment;
  readonly access: ClusterAccess;
  /** A private directory. */
  readonly directory: string;
  readonly caller: ClusterCaller;
  readonly clock: Clock;
  readonly log: Log;
  /** Told each time that the API server has no time. */
  readonly onBusy?: () => void;
}

/** Which release, in which namespace. */
export interface ReleaseName {
  readonly name: string;
  readonly namespace: string;
}

/** For a call that writes, and may take long. */
export type LongCall = Pick<ExecRequest, 'limit' | 'interrupt'>;

export interface Helm {
  readonly options: HelmOptions;
  /** A call about a release in the cluster, with a fresh token; the token stays fresh when it runs long. */
  release(release: ReleaseName, tried: string, args: readonly string[], more?: LongCall): Promise<ExecResult>;
  /** A call about charts and registries, without the cluster. `ownLogin`: with no sign-in but the one made here. */
  chart(
    tried: string,
    args: readonly string[],
    options: { readonly ownLogin: boolean; readonly stdin?: string },
  ): Promise<ExecResult>;
  /** The explained Failure of a call that went wrong at the cluster. */
  failure(tried: string, stderr: string): Failure;
}

/** Where helm keeps files while it works: below the private directory. */
function workDirectories(directory: string): Record<string, string> {
  return {
    HELM_CACHE_HOME: join(directory, 'helm', 'cache'),
    HELM_DATA_HOME: join(directory, 'helm', 'data'),
  };
}

/** Settings and sign-ins of our own only: else helm would fall back to Docker's, which may be stale. */
function ownLogins(directory: string): Record<string, string> {
  return {
    HELM_CONFIG_HOME: join(directory, 'helm', 'config'),
    HELM_REGISTRY_CONFIG: join(directory, 'helm', 'registry.json'),
    HELM_REPOSITORY_CONFIG: join(directory, 'helm', 'repositories.yaml'),
    DOCKER_CONFIG: join(directory, 'helm', 'docker'),
  };
}

/** The user's own sign-ins, made by an earlier step: for when no credentials were given to us. */
const USER_LOGINS = ['HELM_CONFIG_HOME', 'HELM_REGISTRY_CONFIG', 'DOCKER_CONFIG', 'XDG_CONFIG_HOME'];
/** Where the Space's release keeps its records, when that is not in Secrets. */
const STORAGE = ['HELM_DRIVER', 'HELM_DRIVER_SQL_CONNECTION_STRING'];

/** Starts nothing yet: the program may still be on its way. */
export function createHelm(options: HelmOptions): Helm {
  const { program, exec, access, directory, caller } = options;
  const { keepAwsCredentials } = access;
  const shared = workDirectories(directory);
  const isolated = { ...shared, ...ownLogins(directory) };
  return {
    options,
    release: async ({ namespace }, tried, args, more = { limit: clusterLimit(caller, access) }) => {
      const { path } = await program;
      const flags = [
        `--namespace=${namespace}`,
        `--kubeconfig=${access.kubeconfig}`,
        `--kube-context=${access.context}`,
      ];
      const env = childEnvironment(options.env, { keepAwsCredentials, also: STORAGE, extra: isolated });
      const request = { file: path, args: [...args, ...flags], env, tried, ...more };
      return await access.during(() => withSession(access, exec(request)));
    },
    chart: async (tried, args, { ownLogin, stdin }) => {
      const { path } = await program;
      const logins = ownLogin ? { extra: isolated } : { also: USER_LOGINS, extra: shared };
      const env = childEnvironment(options.env, { keepAwsCredentials: false, ...logins });
      return await exec({ file: path, args, env, tried, stdin, limit: CHART_LIMIT });
    },
    failure: (tried, stderr) =>
      explain(tried, stderr, caller, {
        reason: 'cluster-access-denied',
        next: 'Mend what the message of helm names, then run again.',
      }),
  };
}
