/** Runs the Go compiler for one module. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
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

/** Runs `go build`, with a line every few seconds. Fails with what Go said. */
export async function compile({ module, go, sources, log }: Build, output: string): Promise<void> {
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
