/** Runs kubectl, one process per call, and explains its failures. */
import { Failure } from '../../model/failure.ts';
import type { Clock, Log } from '../../model/ports.ts';
import { childEnvironment, type Environment } from '../../tools/environment.ts';
import type { Exec, ExecRequest, ExecResult } from '../../tools/exec.ts';
import { type ClusterAccess, withSession } from '../access/cluster-access.ts';
import { type ClusterCaller, explain } from '../explain.ts';
import { retryWhileBusy } from '../retry-while-busy.ts';
import { clusterLimit } from '../time-limits.ts';

export interface KubectlOptions {
  /** Path of the program. */
  readonly path: string;
  readonly exec: Exec;
  /** The job's environment. */
  readonly env: Environment;
  readonly access: ClusterAccess;
  /** Where kubectl may keep what it learns of the API: below the private directory. */
  readonly cacheDirectory: string;
  readonly caller: ClusterCaller;
  readonly clock: Clock;
  readonly log: Log;
  /** Told each time that the API server has no time. */
  readonly onBusy?: () => void;
}

export interface RunOptions {
  readonly stdin?: string;
  /** Milliseconds, for a call that may take longer than others. */
  readonly limitMs?: number;
}

export interface Kubectl {
  /** Runs once; an exit code other than 0 is the caller's to read. `tried` is for the text of a failure. */
  run(tried: string, args: readonly string[], more?: RunOptions): Promise<ExecResult>;
  /** The same for what changes nothing: repeats what a busy API server refused. */
  retry(tried: string, args: readonly string[], more?: RunOptions): Promise<ExecResult>;
  /** Stdout of a read. Repeats what a busy API server refused; throws the explained Failure. */
  read(tried: string, args: readonly string[]): Promise<string>;
  /** The explained Failure for an output of `run`. */
  failure(tried: string, stderr: string): Failure;
  /** The Failure for a request that got no answer within so many milliseconds: it names the sign-in plug-in to look at. */
  unanswered(tried: string, ms: number): Failure;
  /** What `run` would start, for a kubectl that keeps running. */
  invocation(args: readonly string[]): Pick<ExecRequest, 'file' | 'args' | 'env'>;
  /** Renews the sign-in as often as needed while the work runs. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

/** Each request of kubectl to the API server, not the call as a whole. */
const REQUEST_TIMEOUT = '60s';

/** Starts nothing yet. */
export function createKubectl(options: KubectlOptions): Kubectl {
  const { path, exec, access, caller } = options;
  const env = childEnvironment(options.env, { keepAwsCredentials: access.keepAwsCredentials });
  const common = [
    `--kubeconfig=${access.kubeconfig}`,
    `--context=${access.context}`,
    `--cache-dir=${options.cacheDirectory}`,
    `--request-timeout=${REQUEST_TIMEOUT}`,
  ];
  const invocation: Kubectl['invocation'] = (args) => ({ file: path, args: [...args, ...common], env });
  const run: Kubectl['run'] = async (tried, args, { stdin, limitMs } = {}) => {
    await access.refresh();
    const limit = clusterLimit(caller, access, limitMs);
    return await withSession(access, exec({ ...invocation(args), tried, stdin, limit }));
  };
  const failure = (tried: string, stderr: string): Failure =>
    explain(tried, stderr, caller, {
      reason: 'cluster-access-denied',
      next: 'Mend what the message of kubectl names, then run again; with debug logging on, the log shows more.',
    });
  const unanswered: Kubectl['unanswered'] = (tried, ms) => {
    const { reason, next } = clusterLimit(caller, access);
    return new Failure(reason, { tried, said: `no answer within ${ms / 1000} s`, next });
  };
  const retry: Kubectl['retry'] = async (tried, args, more) =>
    await retryWhileBusy(options, tried, () => run(tried, args, more));
  const read = async (tried: string, args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await retry(tried, args);
    if (code !== 0) throw failure(tried, stderr);
    return stdout;
  };
  return { run, retry, read, failure, unanswered, invocation, during: (work) => access.during(work) };
}
