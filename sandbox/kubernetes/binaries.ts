/** The binaries that the sandbox runs, built once and kept. */
import { join } from 'node:path';
import { buildModule } from './build/build-module.ts';
import { modules } from './build/modules.ts';
import { findGo } from './build/toolchain.ts';
import type { Binaries } from './types.ts';

const root = join(import.meta.dirname, '..', '..');

/**
 * Builds the sandbox's binaries with Go, or takes them from `.cache/sandbox`, where an earlier build left them.
 * The first build takes minutes; it logs a line every few seconds. Fails with what to install when Go is missing or too old.
 */
export async function ensureBinaries(log: (line: string) => void): Promise<Binaries> {
  const go = await findGo(join(import.meta.dirname, 'go', 'control-plane'));
  const directories: string[] = [];
  for (const module of modules) {
    directories.push(
      await buildModule({
        module,
        go,
        sources: join(import.meta.dirname, 'go'),
        cache: join(root, '.cache', 'sandbox'),
        log,
      }),
    );
  }
  const [kubernetes = '', kubectl = '', kwok = '', helm = '', registry = ''] = directories;
  return {
    kubernetes,
    kubectl: join(kubectl, 'kubectl'),
    kwok: join(kwok, 'kwok'),
    helm: join(helm, 'helm'),
    registry: join(registry, 'registry'),
  };
}
