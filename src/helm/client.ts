/** helm, one process a call, in a home of its own: nothing of the runner's helm settings leaks in, nothing of ours stays. */
import { join } from 'node:path';
import { explain } from '../kubernetes/explain.ts';
import type { Whereabouts } from '../kubernetes/explain.ts';
import type { ClusterAccess } from '../kubernetes/access.ts';
import type { Failure } from '../model/failure.ts';
import type { Clock, Log } from '../model/ports.ts';
import { childEnvironment } from '../tools/environment.ts';
import type { Environment } from '../tools/environment.ts';
import type { Exec, ExecResult } from '../tools/exec.ts';

export interface HelmOptions {
  /** Path of the program. */
  readonly path: string;
  /** As the program says, e.g. `v4.3.1`. */
  readonly version: string;
  readonly exec: Exec;
  /** The job's environment. */
  readonly env: Environment;
  readonly access: ClusterAccess;
  /** A private directory. */
  readonly directory: string;
  readonly where: Whereabouts;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Release {
  readonly name: string;
  readonly namespace: string;
}

export interface Helm {
  readonly options: HelmOptions;
  /** A call about a release in the cluster, with a fresh token; the token stays fresh when it runs long. */
  release(release: Release, args: readonly string[], signal?: AbortSignal): Promise<ExecResult>;
  /** A call about charts and registries, without the cluster. `ownLogin`: with no sign-in but the one made here. */
  chart(
    args: readonly string[],
    options: { readonly ownLogin: boolean; readonly stdin?: string },
  ): Promise<ExecResult>;
  /** The explained Failure of a call that went wrong at the cluster. */
  failure(tried: string, stderr: string): Failure;
}

/** Helm's places, all below the private directory; Docker's too, whose sign-ins helm would fall back to. */
function home(directory: string): Record<string, string> {
  const base = join(directory, 'helm');
  return {
    HELM_CACHE_HOME: join(base, 'cache'),
    HELM_CONFIG_HOME: join(base, 'config'),
    HELM_DATA_HOME: join(base, 'data'),
    HELM_REGISTRY_CONFIG: join(base, 'registry.json'),
    HELM_REPOSITORY_CONFIG: join(base, 'repositories.yaml'),
    DOCKER_CONFIG: join(base, 'docker'),
  };
}

/** Where the user's own sign-ins are, when an earlier step made them and no credentials were given to us. */
function userLogins(env: Environment): Record<string, string> {
  const names = ['HELM_CONFIG_HOME', 'HELM_REGISTRY_CONFIG', 'DOCKER_CONFIG'];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

export function createHelm(options: HelmOptions): Helm {
  const { path, exec, access, directory, where } = options;
  const { keepAwsCredentials } = access;
  const { HELM_CACHE_HOME = '', HELM_DATA_HOME = '', ...config } = home(directory);
  const isolated = { HELM_CACHE_HOME, HELM_DATA_HOME, ...config };
  const shared = { HELM_CACHE_HOME, HELM_DATA_HOME, ...userLogins(options.env) };
  return {
    options,
    release: ({ namespace }, args, signal) => {
      const flags = [
        `--namespace=${namespace}`,
        `--kubeconfig=${access.kubeconfig}`,
        `--kube-context=${access.context}`,
      ];
      const env = childEnvironment(options.env, { keepAwsCredentials, extra: isolated });
      const request = {
        file: path,
        args: [...args, ...flags],
        env,
        ...(signal === undefined ? {} : { signal }),
      };
      return access.during(() => exec(request));
    },
    chart: (args, { ownLogin, stdin }) => {
      const extra = ownLogin ? isolated : shared;
      const env = childEnvironment(options.env, { keepAwsCredentials: false, extra });
      return exec({ file: path, args, env, ...(stdin === undefined ? {} : { stdin }) });
    },
    failure: (tried, stderr) =>
      explain(tried, stderr, where, { reason: 'cluster-access-denied', next: 'Read what helm said.' }),
  };
}
