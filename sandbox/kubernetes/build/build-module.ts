import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { sourceDigest } from './digest.ts';
import { requiredVersions } from './go-mod.ts';
import type { GoModule } from './modules.ts';
import type { Go } from './toolchain.ts';

export interface Build {
  readonly module: GoModule;
  readonly go: Go;
  /** Directory of all Go modules. */
  readonly sources: string;
  readonly cache: string;
  readonly log: (line: string) => void;
}

const progressMs = 5000;

/**
 * Returns the directory with the module's binary. It is named by a digest of all that the binary is made of, and comes into
 * place by a rename: a build that breaks off leaves nothing that a later one would take for whole.
 */
export async function buildModule(build: Build): Promise<string> {
  const { module, cache } = build;
  const target = join(cache, `${module.binary}-${await sourceDigest(build)}`);
  if (await exists(target)) {
    return target;
  }
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(join(cache, `.${module.binary}-`));
  try {
    await compile(build, join(draft, module.binary));
    await Promise.all(module.links.map((name) => symlink(module.binary, join(draft, name))));
    await putInPlace(draft, target);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return target;
}

/** Another process may have built the same meanwhile; then its result stays. */
async function putInPlace(draft: string, target: string): Promise<void> {
  try {
    await rename(draft, target);
  } catch (error) {
    if (!(await exists(target))) {
      throw error;
    }
  }
}

async function compile({ module, go, sources, log }: Build, output: string): Promise<void> {
  const directory = join(sources, module.directory);
  const versions = await requiredVersions(join(directory, 'go.mod'));
  const variables = Object.entries(module.variables(versions)).map(([name, value]) => `-X ${name}=${value}`);
  const flags = ['-trimpath', '-ldflags', ['-s', '-w', ...variables].join(' '), '-o', output];

  const start = performance.now();
  const elapsed = (): string => `${Math.round((performance.now() - start) / 1000)} s`;
  log(`building ${module.binary} with ${go.version}; the first time this takes a few minutes`);
  const progress = setInterval(() => log(`building ${module.binary}: ${elapsed()}`), progressMs);
  try {
    const child = spawn('go', ['build', ...flags, module.package], {
      cwd: directory,
      env: go.environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [errors] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    if (child.exitCode !== 0) {
      throw new Error(
        `go build of ${module.binary} failed (${child.signalCode ?? child.exitCode}):\n${errors.trim()}`,
      );
    }
  } finally {
    clearInterval(progress);
  }
  log(`built ${module.binary} in ${elapsed()}`);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
