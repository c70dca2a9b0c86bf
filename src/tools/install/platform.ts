/** The runner's platform by the names that helm and kubectl use in their download paths. */
import { Failure } from '../../model/failure.ts';

export interface Platform {
  readonly os: 'linux' | 'darwin' | 'windows';
  readonly arch: 'amd64' | 'arm64';
  /** `.exe` on Windows. */
  readonly suffix: string;
}

const SYSTEMS = new Map<string, Platform['os']>([
  ['linux', 'linux'],
  ['darwin', 'darwin'],
  ['win32', 'windows'],
]);
const ARCHITECTURES = new Map<string, Platform['arch']>([
  ['x64', 'amd64'],
  ['arm64', 'arm64'],
]);

/** From `process.platform` and `process.arch`. Throws `tool-unavailable` for a platform that is not served. */
export function platformOf(system: string, architecture: string): Platform {
  const os = SYSTEMS.get(system);
  const arch = ARCHITECTURES.get(architecture);
  if (os === undefined || arch === undefined) {
    throw new Failure('tool-unavailable', {
      tried: `find helm and kubectl for ${system}/${architecture}`,
      said: 'this action downloads them for Linux, macOS and Windows on x64 and arm64 only',
      next: 'Run the job on such a runner, or install both in an earlier step and set `helm-version: path` and `kubectl-version: path`.',
    });
  }
  return { os, arch, suffix: os === 'windows' ? '.exe' : '' };
}
