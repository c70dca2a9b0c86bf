/** Reads a release's checksum file. A digest that merely stands somewhere in a text is not taken. */

/**
 * The SHA-256 of `file` in lower-case hex: the digest alone, as kubectl's site has it, or lines of digest and name, as `sha256sum`
 * writes them and helm's site has them. Undefined when there is none for this file.
 */
export function digestIn(text: string, file: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const found = lines.flatMap((line) => {
    const [, digest = '', name = file] = /^([0-9a-f]{64})(?:\s+\*?(\S+))?$/i.exec(line) ?? [];
    return digest !== '' && name.replace(/^.*\//, '') === file ? [digest.toLowerCase()] : [];
  });
  const [only, ...others] = new Set(found);
  return others.length === 0 ? only : undefined;
}
