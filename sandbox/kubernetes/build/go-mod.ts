/** Reads versions from a go.mod. */
import { readFile } from 'node:fs/promises';

/** The versions that a go.mod requires, by module path. The function it gives fails for a module that isn't there. */
export async function requiredVersions(file: string): Promise<(module: string) => string> {
  const versions = new Map<string, string>();
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    const [, module, version] = /^(?:require)?\s+(\S+) (v\S+)(?:\s|$)/.exec(line) ?? [];
    if (module !== undefined && version !== undefined) {
      versions.set(module, version);
    }
  }
  return (module) => {
    const version = versions.get(module);
    if (version === undefined) {
      throw new Error(`${file} does not require ${module}.`);
    }
    return version;
  };
}
