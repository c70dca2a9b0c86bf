/** An OCI registry on loopback. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureBinaries } from './binaries.ts';
import { createProcessGroup } from './process-group.ts';
import { waitFor } from './wait.ts';

export interface RegistryOptions {
  /** Directory for its log. It must exist. */
  readonly dir: string;
  /** Asks for basic authentication when given. */
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly log: (line: string) => void;
}

export interface Registry {
  /** `127.0.0.1:PORT`, plain HTTP. */
  readonly host: string;
  readonly stop: () => Promise<void>;
}

/** Starts an OCI registry that keeps all in memory. */
export async function startRegistry({ dir, credentials, log }: RegistryOptions): Promise<Registry> {
  const { registry } = await ensureBinaries(log);
  const processes = createProcessGroup(dir, log);
  processes.start('registry', registry, [], {
    REGISTRY_USERNAME: credentials?.username ?? '',
    REGISTRY_PASSWORD: credentials?.password ?? '',
  });
  let host = '';
  const listening = waitFor({
    what: 'the registry',
    timeoutMs: 30_000,
    intervalMs: 20,
    check: async () => {
      host = /^listening on (\S+)$/m.exec(await readFile(join(dir, 'registry.log'), 'utf8'))?.[1] ?? '';
      return host !== '';
    },
  });
  await processes.guard(listening);
  return { host, stop: processes.stop };
}
