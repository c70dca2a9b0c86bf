/** How helm and kubectl differ when they are installed: addresses, checksums, archives, versions. */
import { chmod, copyFile, link, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJsonIfValid } from '../parse-json.ts';
import type { Platform } from './platform.ts';
import { checkHelmVersion, checkKubectlVersion, type VersionVerdict } from './versions.ts';

/** Take `member` out of an archive and make the new file `to` of it. */
export interface Archives {
  fromTar(file: string, member: string, to: string): Promise<void>;
  fromZip(file: string, member: string, to: string): Promise<void>;
}

export interface Tool {
  readonly name: 'helm' | 'kubectl';
  /** Below the mirror's base address. */
  downloadPath(version: string, platform: Platform): string;
  /** Added to the download's address: where the release's own digest is. */
  readonly checksumSuffix: string;
  /** Makes the program `name` (or `name.exe`) in directory `into`, executable, from the downloaded file, which stays. */
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
    // The same file under a second name. Not every file system has that.
    await link(file, program).catch(async () => await copyFile(file, program));
    await chmod(program, 0o700);
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
    await mkdir(into, { recursive: true });
    const program = join(into, `helm${suffix}`);
    const member = `${os}-${arch}/helm${suffix}`;
    await (os === 'windows'
      ? archives.fromZip(file, member, program)
      : archives.fromTar(file, member, program));
    await chmod(program, 0o700);
  },
  versionArgs: ['version', '--template', '{{.Version}}'],
  parseVersion: (stdout) => stdout.trim(),
  checkVersion: checkHelmVersion,
};
