/** How helm and kubectl differ when they are installed: addresses, checksums, archives, versions. */
import { chmod, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJsonIfValid } from '../parse-json.ts';
import type { Platform } from './platform.ts';
import { checkHelmVersion, checkKubectlVersion } from './versions.ts';
import type { VersionVerdict } from './versions.ts';

/** What unpacks. */
export interface Archives {
  extractTar(file: string, into: string): Promise<string>;
  extractZip(file: string, into: string): Promise<string>;
}

export interface Tool {
  readonly name: 'helm' | 'kubectl';
  /** Below the mirror's base address. */
  downloadPath(version: string, platform: Platform): string;
  /** Added to the download's address: where the release's own digest is. */
  readonly checksumSuffix: string;
  /** Makes the program `name` (or `name.exe`) in directory `into`, executable, from the downloaded file. */
  unpack(file: string, into: string, platform: Platform, archives: Archives): Promise<void>;
  readonly versionArgs: readonly string[];
  /** The version in what the program printed; empty when there is none. */
  parseVersion(stdout: string): string;
  checkVersion(version: string, serverVersion: string): VersionVerdict;
}

const kubectlVersion = z.object({ clientVersion: z.object({ gitVersion: z.string() }) });

export const KUBECTL: Tool = {
  name: 'kubectl',
  downloadPath: (version, { os, arch, suffix }) => `/${version}/bin/${os}/${arch}/kubectl${suffix}`,
  checksumSuffix: '.sha256',
  unpack: async (file, into, { suffix }) => {
    await mkdir(into, { recursive: true });
    const program = join(into, `kubectl${suffix}`);
    await rename(file, program);
    await chmod(program, 0o755);
  },
  versionArgs: ['version', '--client', '--output', 'json'],
  parseVersion: (stdout) => parseJsonIfValid(stdout, kubectlVersion)?.clientVersion.gitVersion ?? '',
  checkVersion: checkKubectlVersion,
};

export const HELM: Tool = {
  name: 'helm',
  downloadPath: (version, { os, arch }) =>
    `/helm-${version}-${os}-${arch}.${os === 'windows' ? 'zip' : 'tar.gz'}`,
  checksumSuffix: '.sha256sum',
  unpack: async (file, into, { os, arch, suffix }, archives) => {
    const unpacked = `${into}.unpacked`;
    await (os === 'windows' ? archives.extractZip(file, unpacked) : archives.extractTar(file, unpacked));
    await mkdir(into, { recursive: true });
    const program = join(into, `helm${suffix}`);
    await rename(join(unpacked, `${os}-${arch}`, `helm${suffix}`), program);
    await chmod(program, 0o755);
  },
  versionArgs: ['version', '--template', '{{.Version}}'],
  parseVersion: (stdout) => stdout.trim(),
  checkVersion: checkHelmVersion,
};
