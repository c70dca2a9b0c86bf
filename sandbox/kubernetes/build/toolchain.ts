/** Finds a Go that is new enough. */
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
export async function findGo(directory: string, given: NodeJS.ProcessEnv = process.env): Promise<Go> {
  if (process.platform === 'win32') {
    throw new Error('The sandbox runs on Linux and macOS. On Windows, use it in WSL.');
  }
  // Settings of the user that would change what is built.
  const environment = { ...given, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' };
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
    const { code, stderr } = failureOf(error);
    const reason =
      code === 'ENOENT' ? 'Go was not found.' : `Go cannot build the sandbox: ${stderr ?? String(error)}.`;
    throw new Error(`${reason} ${advice}`, { cause: error });
  }
}

/** What `execFile` tells about a command that failed. */
function failureOf(error: unknown): { code?: string; stderr?: string } {
  if (typeof error !== 'object' || error === null) {
    return {};
  }
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const stderr = 'stderr' in error ? String(error.stderr).trim() : '';
  return { ...code, ...(stderr === '' ? {} : { stderr }) };
}
