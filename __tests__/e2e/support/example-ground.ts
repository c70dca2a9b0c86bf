/** What all runs of the examples share: act, the action as a release holds it, and the way to the sites that they name. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { ensureAct } from '../../../sandbox/act/binary.ts';
import { type Sites, startSites } from '../../../sandbox/act/sites.ts';
import { createAuthority } from '../../../sandbox/certificates.ts';
import type { World } from '../../../sandbox/world.ts';
import { type ExampleFile, idTokenUrl } from './example-file.ts';
import { publish } from './example-place.ts';
import { type AccountOf, giveRights } from './example-roles.ts';

/** Hosts besides the original ones, and what they mirror. */
export type Mirrors = Readonly<Record<string, 'downloads' | 'registry'>>;

export interface Ground {
  readonly directory: string;
  readonly act: string;
  readonly sites: Sites;
  readonly accountOf: AccountOf;
  /** What the stand-ins of actions and programs keep, or are to find. */
  readonly kept: string;
  /** The directories of the jobs, and their tool cache. */
  readonly cache: string;
  close(): Promise<void>;
}

export async function layGround(world: World, mirrors: Mirrors): Promise<Ground> {
  const directory = await mkdtemp(join(tmpdir(), 'examples-'));
  await mkdir(join(directory, 'home'));
  await publish(directory);
  await giveRights(world);
  const act = await ensureAct(() => {});
  const authority = await createAuthority('internet');
  await writeFile(join(directory, 'ca.pem'), authority.certPem);
  const { origin } = new URL(world.downloads.helmUrl);
  const registry = `http://${world.registry.host}`;
  const further = Object.entries(mirrors).map(([host, kind]): [string, string] => [
    host,
    kind === 'registry' ? registry : origin,
  ]);
  const hosts = new Map<string, string>([
    ['get.helm.sh', world.downloads.helmUrl],
    ['dl.k8s.io', `${origin}/kubernetes`],
    ['xpkg.upbound.io', registry],
    ...further,
  ]);
  const sites = await startSites({ hosts, authority, log: () => {} });
  return {
    directory,
    act,
    sites,
    accountOf: accountsOf(world),
    kept: join(directory, 'kept'),
    cache: join(directory, 'act'),
    close: async () => {
      await sites.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function accountsOf({ aws, github }: World): AccountOf {
  const accounts = new Map<string, ReturnType<AccountOf>>([[aws.account, aws]]);
  return (id) => {
    const known = accounts.get(id);
    if (known !== undefined) return known;
    const opened = aws.addAccount(id);
    opened.iam.createOidcProvider({ url: github.job.issuer, clientIds: ['sts.amazonaws.com'] });
    accounts.set(id, opened);
    return opened;
  };
}

/** The environment of the jobs of these workflows. */
export function environmentOf(
  { directory, sites, kept }: Ground,
  world: World,
  files: readonly ExampleFile[],
): Readonly<Record<string, string>> {
  // What an example has to say itself, and what act knows.
  const { AWS_REGION: _region, GITHUB_EVENT_PATH: _event, GITHUB_SHA, ...given } = world.environment();
  const authorities = join(directory, 'ca.pem');
  return {
    ...given,
    // act's name for it.
    SHA_REF: GITHUB_SHA ?? '',
    ACTIONS_ID_TOKEN_REQUEST_URL: idTokenUrl(files, world.github.idTokenRequestUrl),
    HTTPS_PROXY: sites.proxyUrl,
    NODE_EXTRA_CA_CERTS: authorities,
    // For helm in a step of its own; the action sets it for its own.
    SSL_CERT_FILE: authorities,
    SANDBOX_KEPT: kept,
    SANDBOX_REPOSITORIES: join(directory, 'repositories'),
    SANDBOX_KUBECONFIG: world.cluster.adminKubeconfig,
  };
}

/** Stand-ins first; helm as GitHub's runners have it. */
export function pathOf({ binaries }: World): string {
  const programs = [process.execPath, binaries.helm].map((file) => dirname(file));
  return [resolve('sandbox/act/bin'), ...programs, '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);
}
