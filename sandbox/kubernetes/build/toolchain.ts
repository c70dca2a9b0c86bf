import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const needed = { major: 1, minor: 26 };

export interface Go {
  /** As `go env GOVERSION` has it: `go1.26.8`. */
  readonly version: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Looks for a Go that can build the module in the directory given; fails with what to install. */
export async function findGo(directory: string): Promise<Go> {
  if (process.platform === 'win32') {
    throw new Error('The sandbox runs on Linux and macOS. On Windows, use it in WSL.');
  }
  // Settings of the user that would change what is built.
  const environment = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' };
  const version = await askVersion(directory, environment);
  const [, major = '0', minor = '0'] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  const isTooOld = Number(major) === needed.major && Number(minor) < needed.minor;
  if (isTooOld || Number(major) < needed.major) {
    throw new Error(`${version} is too old. ${advice}`);
  }
  return { version, environment };
}

const advice = `The sandbox builds Kubernetes and helm from their sources. Install Go ${needed.major}.${needed.minor} or later from https://go.dev/dl and put it on the PATH.`;

async function askVersion(directory: string, environment: NodeJS.ProcessEnv): Promise<string> {
  try {
    const { stdout } = await run('go', ['env', 'GOVERSION'], { cwd: directory, env: environment });
    return stdout.trim();
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const reason = isMissing ? 'Go was not found.' : `Go cannot build the sandbox: ${describe(error)}`;
    throw new Error(`${reason} ${advice}`, { cause: error });
  }
}

function describe(error: unknown): string {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  return stderr === '' ? String(error) : stderr;
}
