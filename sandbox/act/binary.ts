/** The program `act`, which runs whole workflows on this machine: built once and kept, as the sandbox's other programs. */
import { join } from 'node:path';
import { buildModule } from '../kubernetes/build/build-module.ts';
import type { GoModule } from '../kubernetes/build/modules.ts';
import { findGo } from '../kubernetes/build/toolchain.ts';

const act: GoModule = {
  directory: 'act',
  package: 'github.com/nektos/act',
  binary: 'act',
  links: [],
  variables: () => ({}),
};
const sandbox = join(import.meta.dirname, '..');

/** Builds it with Go (about half a minute on two cores), or takes it from `.cache/sandbox`. */
export async function ensureAct(log: (line: string) => void): Promise<string> {
  const sources = join(sandbox, 'kubernetes', 'go');
  const go = await findGo(join(sources, act.directory));
  const cache = join(sandbox, '..', '.cache', 'sandbox');
  return join(await buildModule({ module: act, go, sources, cache, log }), act.binary);
}
