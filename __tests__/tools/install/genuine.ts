/** A download site, the runner's own tool cache and programs that are run for real; whatever is run leaves a mark. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExec } from '../../../src/tools/exec.ts';
import type { InstallContext } from '../../../src/tools/install/install.ts';
import { fakeLog } from '../fakes.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { digest, HELM_PATH, KUBECTL_PATH, type Setup, startSetup } from './setup.ts';

export interface Genuine extends Setup {
  /** A script that leaves a mark and says this. */
  script(says: string): string;
  /** What the site offers as helm, with a checksum file that fits. */
  offerHelm(archive: Buffer | string): void;
  offerKubectl(program: Buffer | string): void;
  ran(): boolean;
  genuineContext(overrides?: Partial<InstallContext>): InstallContext;
  /** Files in the tool cache and in the directory of the run. */
  left(): Promise<readonly string[]>;
}

async function listed(path: string): Promise<readonly string[]> {
  return existsSync(path) ? await readdir(path, { recursive: true }) : [];
}

/** Points the toolkit at a tool cache of its own. */
export async function startGenuine(): Promise<Genuine> {
  const setup = await startSetup();
  const { files } = setup;
  const root = await mkdtemp(join(tmpdir(), 'genuine-'));
  const mark = join(root, 'mark');
  process.env['RUNNER_TOOL_CACHE'] = join(root, 'tool-cache');
  process.env['RUNNER_TEMP'] = join(root, 'temp');
  const directory = join(root, 'downloads');
  const offer = (path: string, sum: string) => (body: Buffer | string) => {
    files.set(path, body);
    files.set(`${path}${sum}`, digest(body));
  };
  return {
    ...setup,
    script: (says) => `#!/bin/sh\necho ran >> ${mark}\necho '${says}'\n`,
    offerHelm: offer(HELM_PATH, '.sha256sum'),
    offerKubectl: offer(KUBECTL_PATH, '.sha256'),
    ran: () => existsSync(mark),
    genuineContext: (overrides = {}) => {
      const signal = new AbortController().signal;
      return {
        serverVersion: '1.35',
        directory,
        env: { PATH: process.env['PATH'] ?? '' },
        exec: createExec(signal),
        clock: fakeClock(),
        log: fakeLog(),
        signal,
        system: 'linux',
        architecture: 'x64',
        ...overrides,
      };
    },
    left: async () => [...(await listed(join(root, 'tool-cache'))), ...(await listed(directory))],
  };
}
