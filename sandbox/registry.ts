/** The registry of a world, with the chart of Spaces in it. */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startRegistry } from './kubernetes/index.ts';
import type { Tool } from './world/tools.ts';

/** An OCI registry with the stand-in Spaces chart in it. */
export interface ChartRegistry {
  /** `127.0.0.1:PORT`, plain HTTP with basic authentication. */
  readonly host: string;
  readonly username: string;
  readonly password: string;
  /** `oci://...` of the chart. */
  readonly chart: string;
  /** The packed charts by version. */
  readonly files: ReadonlyMap<string, string>;
  stop(): Promise<void>;
}

export interface ChartRegistryOptions {
  readonly dir: string;
  readonly versions: readonly string[];
  readonly helm: Tool;
  readonly log: (line: string) => void;
}

const source = join(import.meta.dirname, 'space', 'chart');

/** Starts the registry and pushes one chart under several version numbers. */
export async function startChartRegistry(options: ChartRegistryOptions): Promise<ChartRegistry> {
  const { dir, versions, helm, log } = options;
  await mkdir(dir, { recursive: true });
  const credentials = { username: 'robot', password: randomBytes(18).toString('base64url') };
  const registry = await startRegistry({ dir, credentials, log });
  try {
    const { host } = registry;
    const login = [
      'registry',
      'login',
      host,
      '--plain-http',
      '--username',
      credentials.username,
      '--password-stdin',
    ];
    await helm(login, credentials.password);
    const repository = `oci://${host}/spaces-artifacts`;
    const files = new Map<string, string>();
    for (const version of versions) {
      await helm(['package', source, '--version', version, '--app-version', version, '--destination', dir]);
      const file = join(dir, `spaces-${version}.tgz`);
      await helm(['push', file, repository, '--plain-http']);
      files.set(version, file);
    }
    return { host, ...credentials, chart: `${repository}/spaces`, files, stop: () => registry.stop() };
  } catch (error) {
    await registry.stop();
    throw error;
  }
}
