/** All JSON files below a directory, within bounds: links are not followed, and what is left out is told. */
import { constants } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from './error-message.ts';

/** Folders below the directory; an artifact has one, and what a job packs may have some more. */
const MOST_DEEP = 6;
const MOST_FILES = 10_000;
/** A plan of thousands of control planes has some ten. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface FoundFile {
  /** Below the directory, with slashes. */
  readonly path: string;
}

export interface TextFile extends FoundFile {
  readonly text: string;
}

export interface LeftOutFile extends FoundFile {
  readonly message: string;
}

/** Files one after the other, in the order of their names, so that no more than one text is held at a time. */
export async function* jsonFilesIn(directory: string): AsyncGenerator<TextFile | LeftOutFile> {
  let files = 0;
  for await (const found of walk(directory, '', 0)) {
    if ('message' in found) yield found;
    else if (files === MOST_FILES) {
      yield { path: found.path, message: 'and those after it are left out: there are too many' };
      return;
    } else {
      files += 1;
      yield await read(directory, found.path);
    }
  }
}

async function* walk(
  directory: string,
  below: string,
  depth: number,
): AsyncGenerator<FoundFile | LeftOutFile> {
  const entries = await entriesOf(join(directory, below));
  if (typeof entries === 'string') {
    yield { path: below === '' ? '.' : below, message: `can't be read: ${entries}` };
    return;
  }
  for (const entry of entries) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isSymbolicLink()) yield { path, message: 'is a link, which is not followed' };
    else if (entry.isFile() && /\.json$/i.test(entry.name)) yield { path };
    else if (entry.isDirectory() && depth === MOST_DEEP) yield { path, message: 'is left out: too deep' };
    else if (entry.isDirectory()) yield* walk(directory, path, depth + 1);
  }
}

async function entriesOf(path: string) {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    return errorCode(error);
  }
}

/** Opened so that a link put in its place meanwhile is refused, and judged by what was opened. */
async function read(directory: string, path: string): Promise<TextFile | LeftOutFile> {
  let file: FileHandle | undefined;
  try {
    // Windows has no such flag.
    // oxlint-disable-next-line no-bitwise
    file = await open(join(directory, path), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const { size } = await file.stat();
    if (size > MOST_BYTES)
      return { path, message: `is left out: larger than ${MOST_BYTES / 1024 / 1024} MiB` };
    return { path, text: await file.readFile('utf8') };
  } catch (error) {
    return { path, message: `can't be read: ${errorCode(error)}` };
  } finally {
    await file?.close();
  }
}
