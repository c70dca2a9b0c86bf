/** Access to the cluster: a kubeconfig on disk, and a token that is renewed while it is used. */
import { join } from 'node:path';
import type { GivenKubeconfig } from '../../model/config.ts';
import { Failure } from '../../model/failure.ts';
import type { Clock, Log } from '../../model/ports.ts';
import type { Cluster } from '../../model/world.ts';
import { writePrivate } from '../../tools/private-files.ts';
import { readKubeconfig } from './given-kubeconfig.ts';
import { errorKindOf } from '../stderr.ts';
import { chooseContext, kubeconfigFor, otherClusterWarning, refuseControlPlane } from './kubeconfig.ts';
import { type KubeconfigSource, kubeconfigSource } from './kubeconfig-source.ts';
import type { ServiceAccountToken } from './service-account-token.ts';

export interface ClusterAccess {
  /** Path of the kubeconfig. */
  readonly kubeconfig: string;
  readonly context: string;
  /** The user's kubeconfig calls a plug-in to sign in, which may need the job's AWS credentials. */
  readonly keepAwsCredentials: boolean;
  /** The command of that plug-in, for messages. */
  readonly plugin?: string;
  /** The token of the user's kubeconfig, when that is the one of a service account. */
  readonly token?: ServiceAccountToken;
  /** To be called before each kubectl or helm call: renews the token when it is older than eight minutes. */
  refresh(): Promise<void>;
  /** Renews the token as often as needed while the work runs. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** For when the API server does not know the job: throws `sign-in-denied` when the session behind the token is over. */
  confirm(): Promise<void>;
}

/** What a call to the cluster gave. Throws `sign-in-denied` when it was refused since the session of the job is over. */
export async function withSession<T extends { readonly code: number; readonly stderr: string }>(
  access: Pick<ClusterAccess, 'confirm'>,
  call: Promise<T>,
): Promise<T> {
  const result = await call;
  if (result.code !== 0 && errorKindOf(result.stderr) === 'unauthorized') await access.confirm();
  return result;
}

/** EKS accepts a token for 15 minutes; client-go reads the token file again about every minute. */
const RENEW_AFTER_MS = 8 * 60_000;
const CHECK_EVERY_MS = 60_000;

export interface TokenAccessOptions {
  readonly cluster: Cluster;
  /** A new sign-in token for the cluster. */
  readonly token: () => Promise<string>;
  /** Throws `sign-in-denied` when AWS does not take the job's credentials any more. */
  readonly confirm: () => Promise<void>;
  /** A private directory. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly checkEveryMs?: number;
}

/** Signs in to EKS itself: no `aws` program is needed on the runner. */
export async function accessByToken(options: TokenAccessOptions): Promise<ClusterAccess> {
  const { cluster, token, confirm, directory, clock, log, checkEveryMs = CHECK_EVERY_MS } = options;
  const kubeconfig = join(directory, 'kubeconfig');
  const tokenFile = join(directory, 'token');
  let writtenAt: number | undefined;
  let renewal: Promise<void> | undefined;

  const renew = async (): Promise<void> => {
    if (writtenAt !== undefined && clock.now() - writtenAt < RENEW_AFTER_MS) return;
    const signedAt = clock.now();
    await writePrivate(tokenFile, await token());
    writtenAt = signedAt;
  };
  // Calls side by side share one renewal.
  const refresh = (): Promise<void> => {
    renewal ??= renew().finally(() => {
      renewal = undefined;
    });
    return renewal;
  };
  const during = async <T>(work: () => Promise<T>): Promise<T> => {
    await refresh();
    const timer = setInterval(() => {
      // The next check tries again; the old token is still valid for minutes.
      refresh().catch((error: unknown) =>
        log.warning(`The cluster token could not be renewed: ${String(error)}`),
      );
    }, checkEveryMs).unref();
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  };

  await writePrivate(kubeconfig, kubeconfigFor(cluster, tokenFile));
  return { kubeconfig, context: cluster.name, keepAwsCredentials: false, refresh, during, confirm };
}

/** The text that was given, or that of the file; a path that leads nowhere is not quoted, since it may be a secret. */
async function textOfKubeconfig(source: KubeconfigSource): Promise<string> {
  if (source.kind === 'text') return source.text;
  const file = source.kind === 'path' ? await readKubeconfig(source.path) : { code: 'not a path' };
  if (typeof file === 'string') return file;
  throw new Failure('invalid-input', {
    tried: 'read the kubeconfig',
    said: `its value (not shown) is no kubeconfig, and as a path it can't be read (${file.code})`,
    next: 'Set `kubeconfig` to the path of a file that an earlier step wrote, or to the text of a kubeconfig.',
  });
}

/**
 * Uses the user's kubeconfig, a path or a text. Throws `not-a-space` when it leads into a control plane, warns when it leads to
 * another cluster than the one named.
 */
export async function accessByKubeconfig(
  given: GivenKubeconfig,
  options: { readonly cluster: Cluster; readonly directory: string; readonly log: Log },
): Promise<ClusterAccess> {
  const source = kubeconfigSource(given.kubeconfig);
  const path = source.kind === 'path' ? source.path : join(options.directory, 'kubeconfig');
  const text = await textOfKubeconfig(source);
  const chosen = chooseContext(text, given.context);
  refuseControlPlane(chosen);
  const warning = otherClusterWarning(chosen, options.cluster);
  if (warning !== undefined) options.log.warning(warning);
  // A file is used where it lies: the paths in it may be relative to it.
  if (source.kind === 'text') await writePrivate(path, text);
  return {
    kubeconfig: path,
    context: chosen.context,
    keepAwsCredentials: chosen.plugin !== undefined,
    ...(chosen.plugin !== undefined && { plugin: chosen.plugin }),
    ...(chosen.token && { token: chosen.token }),
    refresh: () => Promise.resolve(),
    during: (work) => work(),
    // Whose session that is, its plug-in or its token knows.
    confirm: () => Promise.resolve(),
  };
}
