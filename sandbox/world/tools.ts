/** Runs helm and kubectl for the sandbox itself. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface ToolResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a tool to its end; a non-zero exit code is an error that shows what the tool said. */
export type Tool = (args: readonly string[], stdin?: string) => Promise<string>;

/** A command with a fixed environment. */
export function tool(command: string, environment: Readonly<Record<string, string>>): Tool {
  return async (args, stdin = '') => {
    const { exitCode, stdout, stderr } = await execute(command, args, environment, stdin);
    if (exitCode !== 0) throw new Error(`${command} ${args.join(' ')}: exit code ${exitCode}\n${stderr}`);
    return stdout;
  };
}

async function execute(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  stdin: string,
): Promise<ToolResult> {
  const child = spawn(command, args, { env: { PATH: process.env['PATH'], ...environment }, stdio: 'pipe' });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve(code ?? 1);
    });
  });
  // A tool that doesn't read what it is given may be gone before the writing ends.
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  const [exitCode, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { exitCode, stdout, stderr };
}

/** Variables that keep helm away from the user's own settings. */
export function helmHomes(dir: string): Record<string, string> {
  return {
    HELM_CACHE_HOME: `${dir}/helm/cache`,
    HELM_CONFIG_HOME: `${dir}/helm/config`,
    HELM_DATA_HOME: `${dir}/helm/data`,
    HELM_REGISTRY_CONFIG: `${dir}/helm/registry.json`,
  };
}
