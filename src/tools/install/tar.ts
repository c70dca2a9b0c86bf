/** Takes one program out of a tar.gz and looks through the rest, which never reaches the disk. */
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Extract, type Header } from 'tar-stream';
import { errorMessage } from '../error-message.ts';

/** An archive that no release of the tool has. */
export class BadArchive extends Error {}

const MIB = 1024 * 1024;
/** Each piece waits for its turn beside all that the run does meanwhile: in Node's own of 16 KiB, helm takes three times as long. */
const PIECE_BYTES = 4 * MIB;
const PIECE = { highWaterMark: PIECE_BYTES, chunkSize: PIECE_BYTES };
/** helm unpacks to some 60 MB. */
const UNPACKED_BYTES = 512 * MIB;

/** Throws for a name that leads out of the directory that it is unpacked into. */
export function checkEntryName(name: string): void {
  const parts = name.split(/[/\\]/);
  if (/^(?:[/\\]|[a-z]:)/i.test(name) || parts.includes('..'))
    throw new BadArchive(`the archive holds a path that leads out of it: ${JSON.stringify(name)}`);
}

/** Throws for links and whatever else is neither a file nor a directory: releases hold none. */
function checkEntry({ name, type }: Header): void {
  checkEntryName(name);
  if (type !== 'file' && type !== 'directory')
    throw new BadArchive(`the archive holds ${JSON.stringify(name)}, which is no file and no directory`);
}

async function* bounded(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const chunk of source) {
    total += chunk.length;
    if (total > UNPACKED_BYTES)
      throw new BadArchive(`unpacked it is larger than ${UNPACKED_BYTES / MIB} MiB`);
    yield chunk;
  }
}

/** Goes through all entries, also those after the program: an archive with one bad entry is not trusted at all. */
async function takeProgram(entries: Extract, member: string, to: string): Promise<void> {
  let isFound = false;
  for await (const entry of entries) {
    checkEntry(entry.header);
    const { name, type } = entry.header;
    if (name !== member || type !== 'file') {
      entry.resume();
      continue;
    }
    if (isFound) throw new BadArchive(`the archive holds ${member} twice`);
    isFound = true;
    await pipeline(entry, createWriteStream(to, { flags: 'wx', mode: 0o700, highWaterMark: PIECE_BYTES }));
  }
  if (!isFound) throw new BadArchive(`the archive holds no ${member}`);
}

/** What the reader of archives throws has no code; errors of the disk and of unpacking have one. */
function explained(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof BadArchive || 'code' in error) return error;
  return new BadArchive(`it is no tar archive, or not a whole one: ${errorMessage(error)}`);
}

/** Writes `member` of the archive to the new file `to`. Throws `BadArchive` for one that is not as releases are. */
export async function untar(file: string, member: string, to: string, signal: AbortSignal): Promise<void> {
  const entries = extract();
  const over = new AbortController();
  let cause: unknown;
  const take = async (): Promise<void> => {
    try {
      await takeProgram(entries, member, to);
    } catch (error) {
      // Ends the reading too, which would only say that nobody reads any more.
      cause ??= error;
      over.abort();
    }
  };
  const read = async (): Promise<void> => {
    try {
      const both = AbortSignal.any([signal, over.signal]);
      await pipeline(createReadStream(file, PIECE), createGunzip(PIECE), bounded, entries, { signal: both });
    } catch (error) {
      cause ??= error;
    }
  };
  await Promise.all([read(), take()]);
  if (cause !== undefined) throw explained(cause);
}
