/** The binaries that the sandbox runs: official releases, or built once, and kept. */
import { join } from 'node:path';
import type { Build } from './build/compile.ts';
import { buildModule, findBuilt } from './build/build-module.ts';
import { type GoModule, modules } from './build/modules.ts';
import { findGo } from './build/toolchain.ts';
import { currentPlatform, fetchReleased, findReleased, type Releases, sitesOf } from './releases/released.ts';
import type { Binaries } from './types.ts';

const root = join(import.meta.dirname, '..', '..');
const sources = join(import.meta.dirname, 'go');
const cache = join(root, '.cache', 'sandbox');

/**
 * Takes the sandbox's binaries from `.cache/sandbox`; what is not there is downloaded, checksums compared, and what can't be downloaded is
 * built with Go, which takes minutes. Logs at once what will happen. Fails with what to install when Go is missing or too old.
 */
export async function ensureBinaries(log: (line: string) => void): Promise<Binaries> {
  const sites = sitesOf(process.env['SANDBOX_RELEASES']);
  const releases: Releases = {
    sources,
    cache,
    platform: currentPlatform(),
    ...(sites !== undefined && { sites }),
    log,
  };
  const go = await findGo(join(sources, 'control-plane'));
  const buildOf = (module: GoModule): Build => ({ module, go, sources, cache, log });
  const found = new Map<GoModule, string>();
  const keep = (module: GoModule, directory: string | undefined): void => {
    if (directory !== undefined) found.set(module, directory);
  };
  for (const module of modules)
    keep(module, (await findBuilt(buildOf(module))) ?? (await findReleased(module, releases)));
  const missing = modules.filter((module) => !found.has(module));
  if (missing.length > 0) {
    announce(missing, sites !== undefined, log);
    await Promise.all(missing.map(async (module) => keep(module, await fetchReleased(module, releases))));
    for (const module of missing.filter((one) => !found.has(one)))
      keep(module, await buildModule(buildOf(module)));
  }
  const [kubernetes = '', kubectl = '', kwok = '', helm = '', registry = ''] = modules.map((module) =>
    found.get(module),
  );
  return {
    kubernetes,
    kubectl: join(kubectl, 'kubectl'),
    kwok: join(kwok, 'kwok'),
    helm: join(helm, 'helm'),
    registry: join(registry, 'registry'),
  };
}

/** Whoever waits should know for what, and how long. */
function announce(missing: readonly GoModule[], mayDownload: boolean, log: (line: string) => void): void {
  log(
    `First start: ${missing.map(({ binary }) => binary).join(', ')} are missing. They are kept in .cache/sandbox.`,
  );
  if (mayDownload)
    log('Official releases are downloaded (some 400 MB), the two small ones built with Go: a few minutes.');
  log(
    `${mayDownload ? 'Where a download is not possible, all' : 'All'} is built from the sources with Go: some ten minutes on two cores.`,
  );
}
