/** Writes what was seen as JSON fixtures, with nothing in them that tells whose account it was. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { anonymous } from './anonymise.ts';

export interface Recorder {
  /** From now on this text is replaced by the other, wherever it stands. */
  know(own: string, other: string): void;
  /** The value without what is known, and without ids. */
  clean(value: unknown): unknown;
  /** Writes a fixture; names may hold slashes. Without a directory nothing is written. */
  record(name: string, value: unknown): Promise<void>;
  /** The names of what was written, or would have been. */
  readonly names: readonly string[];
}

export function createRecorder(directory: string | undefined): Recorder {
  const known: Record<string, string> = {};
  const names: string[] = [];
  const clean = (value: unknown): unknown => anonymous(value, known);
  return {
    names,
    know(own, other) {
      known[own] = other;
    },
    clean,
    async record(name, value) {
      names.push(name);
      if (directory === undefined) return;
      const file = join(directory, `${name}.json`);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, `${JSON.stringify(clean(value), null, 2)}\n`);
    },
  };
}
