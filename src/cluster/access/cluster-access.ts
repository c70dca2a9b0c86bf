/** The way into the cluster: a kubeconfig on disk, and a token that stays fresh while it is used. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { GivenKubeconfig } from '../../model/config.ts';
import { Failure } from '../../model/failure.ts';
import type { Clock, Log } from '../../model/ports.ts';
import type { Cluster } from '../../model/world.ts';
import { errorMessage } from '../../tools/error-message.ts';
import { writePrivate } from '../../tools/private-files.ts';
import { elsewhere, kubeconfigFor, refuseControlPlane, targetOf } from './kubeconfig.ts';

export interface ClusterAccess {
  /** Path of the kubeconfig. */
  readonly kubeconfig: string;
  readonly context: string;
  /** The user's kubeconfig may call a plug-in that needs the job's AWS credentials. */
  readonly keepAwsCredentials: boolean;
  /** To be called before each kubectl or helm call: renews the token when it is older than eight minutes. */
  refresh(): Promise<void>;
  /** Keeps the token fresh while the work runs, however long. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

/** EKS takes a token for 15 minutes; client-go reads the file again about every minute. */
const RENEW_AFTER_MS = 8 * 60_000;
const LOOK_EVERY_MS = 60_000;

export interface SignedOptions {
  readonly cluster: Cluster;
  /** A new sign-in token for the cluster. */
  readonly token: () => Promise<string>;
  /** A private directory. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly lookEveryMs?: number;
}

/** Signs in to EKS itself: no `aws` program is needed on the runner. */
export async function signedAccess(options: SignedOptions): Promise<ClusterAccess> {
  const { cluster, token, directory, clock, log, lookEveryMs = LOOK_EVERY_MS } = options;
  const kubeconfig = join(directory, 'kubeconfig');
  const tokenFile = join(directory, 'token');
  let writtenAt: number | undefined;
  let running: Promise<void> | undefined;

  const renew = async (): Promise<void> => {
    if (writtenAt !== undefined && clock.now() - writtenAt < RENEW_AFTER_MS) return;
    const signedAt = clock.now();
    await writePrivate(tokenFile, await token());
    writtenAt = signedAt;
  };
  // Calls side by side share one renewal.
  const refresh = (): Promise<void> => {
    running ??= renew().finally(() => {
      running = undefined;
    });
    return running;
  };
  const during = async <T>(work: () => Promise<T>): Promise<T> => {
    await refresh();
    const timer = setInterval(() => {
      // The next look tries again; meanwhile the old token has minutes left.
      refresh().catch((error: unknown) =>
        log.warning(`The cluster token could not be renewed: ${String(error)}`),
      );
    }, lookEveryMs).unref();
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  };

  await writePrivate(kubeconfig, kubeconfigFor(cluster, tokenFile));
  return { kubeconfig, context: cluster.name, keepAwsCredentials: false, refresh, during };
}

async function readGiven(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Failure('invalid-input', {
      tried: `read kubeconfig ${path}`,
      said: errorMessage(error),
      next: 'Set `kubeconfig` to the path of a file that an earlier step wrote, or to the text of a kubeconfig.',
      cause: error,
    });
  }
}

/**
 * Uses the user's kubeconfig, a path or a text of several lines. Throws `not-a-space` when it leads into a control plane,
 * warns when it leads to another cluster than the one named.
 */
export async function givenAccess(
  given: GivenKubeconfig,
  options: { readonly cluster: Cluster; readonly directory: string; readonly log: Log },
): Promise<ClusterAccess> {
  const inline = given.kubeconfig.trim().includes('\n');
  const path = inline ? join(options.directory, 'kubeconfig') : resolve(given.kubeconfig.trim());
  const text = inline ? given.kubeconfig : await readGiven(path);
  const target = targetOf(text, given.context);
  refuseControlPlane(target);
  const warning = elsewhere(target, options.cluster);
  if (warning !== undefined) options.log.warning(warning);
  if (inline) await writePrivate(path, text);
  return {
    kubeconfig: path,
    context: target.context,
    keepAwsCredentials: true,
    refresh: () => Promise.resolve(),
    during: (work) => work(),
  };
}
