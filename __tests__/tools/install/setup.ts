/** A download site with one helm and one kubectl, a tool cache in a directory, and programs that say their version. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InstallContext } from '../../../src/tools/install/install.ts';
import { fakeExec, fakeLog, type FakeLog } from '../fakes.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { serve, type Site } from './http.ts';

export const KUBECTL_PATH = '/v1.35.4/bin/linux/amd64/kubectl';
export const HELM_PATH = '/helm-v4.3.1-linux-amd64.tar.gz';

export function digest(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

type Context = InstallContext & { asked: () => readonly string[] };

export interface Setup {
  readonly files: Map<string, string | Buffer>;
  readonly site: Site;
  readonly directory: string;
  readonly log: FakeLog;
  /** What each program says its version is; empty: it does not run. */
  readonly says: Record<string, string>;
  context(overrides?: Partial<InstallContext>): Context;
  auto(): { readonly version: string; readonly downloadUrl: string };
}

/** Archives hold a program with the archive's own bytes. */
export function toolkit(directory: string) {
  const at = (...parts: string[]): string => join(directory, 'cache', ...parts);
  return {
    find: (...key: string[]) => (existsSync(at(...key)) ? at(...key) : ''),
    cacheDir: async (from: string, ...key: string[]) => {
      await cp(from, at(...key), { recursive: true });
      return at(...key);
    },
    fromTar: async (file: string, _member: string, to: string) => await copyFile(file, to),
    fromZip: async () => await Promise.reject(new Error('no zip here')),
  };
}

export async function startSetup(): Promise<Setup> {
  const directory = await mkdtemp(join(tmpdir(), 'install-'));
  const log = fakeLog();
  const says: Record<string, string> = { helm: 'v4.3.1', kubectl: 'v1.35.4' };
  const files = new Map<string, string | Buffer>([
    [KUBECTL_PATH, 'the kubectl'],
    [`${KUBECTL_PATH}.sha256`, digest('the kubectl')],
    ['/stable-1.35.txt', 'v1.35.4\n'],
    [HELM_PATH, 'the archive'],
    [`${HELM_PATH}.sha256sum`, `${digest('the archive')}  helm-v4.3.1-linux-amd64.tar.gz\n`],
  ]);
  const site = await serve((path, _request, response) => {
    const body = files.get(path);
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  const run = fakeExec((_line, { file }) => {
    const name = file.includes('helm') ? 'helm' : 'kubectl';
    const version = says[name] ?? '';
    return name === 'helm' ? version : JSON.stringify({ clientVersion: { gitVersion: version } });
  });
  const context = (overrides: Partial<InstallContext> = {}): Context => ({
    serverVersion: '1.35',
    directory: join(directory, 'downloads'),
    env: { PATH: '/bin' },
    exec: run.exec,
    clock: fakeClock(),
    log,
    signal: new AbortController().signal,
    system: 'linux',
    architecture: 'x64',
    toolkit: toolkit(directory),
    asked: () => run.requests.map(({ file }) => file),
    ...overrides,
  });
  return {
    files,
    site,
    directory,
    log,
    says,
    context,
    auto: () => ({ version: 'auto', downloadUrl: `${site.url}/` }),
  };
}
