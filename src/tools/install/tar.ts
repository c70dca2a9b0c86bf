/** Takes one program out of a tar.gz and looks through the rest, which never reaches the disk. */
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/** An archive that no release of the tool has. */
export class BadArchive extends Error {}

const BLOCK = 512;
/** Of a name that is longer than a header has room for. */
const NOTE_BYTES = 64 * 1024;
const MIB = 1024 * 1024;
/** helm unpacks to some 60 MB. */
const UNPACKED_BYTES = 512 * MIB;

interface Header {
  readonly name: string;
  readonly type: string;
  readonly size: number;
}

/** Throws for a name that leads out of the directory that it is unpacked into. */
export function checkEntryName(name: string): void {
  const parts = name.split(/[/\\]/);
  if (/^(?:[/\\]|[a-z]:)/i.test(name) || parts.includes('..'))
    throw new BadArchive(`the archive holds a path that leads out of it: ${JSON.stringify(name)}`);
}

/** The text before the first NUL. */
function textOf(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/\0.*$/s, '');
}

/** Undefined for the zeros at the end of an archive. */
function headerOf(block: Buffer): Header | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  const octal = (from: number, to: number): number =>
    Number.parseInt(textOf(block.subarray(from, to)).trim() || '0', 8);
  const size = octal(124, 136);
  if (octal(148, 156) !== sum || !Number.isSafeInteger(size)) throw new BadArchive('it is no tar archive');
  const isPosix = textOf(block.subarray(257, 263)) === 'ustar';
  const prefix = isPosix ? textOf(block.subarray(345, 500)) : '';
  const name = textOf(block.subarray(0, 100));
  const type = textOf(block.subarray(156, 157));
  return { name: prefix === '' ? name : `${prefix}/${name}`, type, size };
}

/** Throws for links and whatever else is neither a file nor a directory: releases hold none. */
function isFile({ name, type }: Header): boolean {
  checkEntryName(name);
  if (type === '5') return false;
  if (type === '' || type === '0') return true;
  throw new BadArchive(`the archive holds ${JSON.stringify(name)}, which is no file and no directory`);
}

/** Reads the blocks of an archive in the order they come in, and hands out those of one member. */
class Blocks {
  readonly #member: string;
  #found = false;
  #ended = false;
  /** Of the entry that is being read: what is done with it, its bytes to come, and these with what fills up the last block. */
  #use: 'program' | 'name' | 'pax' | 'none' = 'none';
  #left = 0;
  #filled = 0;
  #note: Buffer[] = [];
  /** Of the entry that comes next, by a note before it. */
  #longName: string | undefined;

  constructor(member: string) {
    this.#member = member;
  }

  /** `data` is whole blocks. */
  *read(data: Buffer): Generator<Buffer> {
    for (let at = 0; at < data.length && !this.#ended;) {
      if (this.#filled === 0) {
        this.#begin(data.subarray(at, at + BLOCK));
        at += BLOCK;
        continue;
      }
      const piece = data.subarray(at, at + this.#filled);
      const content = piece.subarray(0, this.#left);
      at += piece.length;
      this.#filled -= piece.length;
      this.#left -= content.length;
      if (this.#use === 'program' && content.length > 0) yield content;
      if (this.#use === 'name' || this.#use === 'pax') this.#take(content);
    }
  }

  /** `rest`: bytes that make no block any more. */
  end(rest: number): void {
    if (!this.#ended && (this.#filled > 0 || rest > 0))
      throw new BadArchive('the archive ends in the middle of an entry');
    if (!this.#found) throw new BadArchive(`the archive holds no ${this.#member}`);
  }

  #begin(block: Buffer): void {
    const header = headerOf(block);
    this.#ended = header === undefined;
    if (header === undefined) return;
    this.#use = this.#useOf(header);
    this.#left = header.size;
    this.#filled = Math.ceil(header.size / BLOCK) * BLOCK;
  }

  #useOf({ name, type, size }: Header): 'program' | 'name' | 'pax' | 'none' {
    // A remark on the whole archive; a longer name for the next entry, by GNU and by pax.
    if (type === 'g') return 'none';
    if (type === 'L' || type === 'x') {
      if (size > NOTE_BYTES) throw new BadArchive('it is no tar archive');
      this.#note = [];
      return type === 'L' ? 'name' : 'pax';
    }
    const entry = { name: this.#longName ?? name, type, size };
    this.#longName = undefined;
    if (!isFile(entry) || entry.name !== this.#member) return 'none';
    if (this.#found) throw new BadArchive(`the archive holds ${this.#member} twice`);
    this.#found = true;
    return 'program';
  }

  #take(content: Buffer): void {
    this.#note.push(content);
    if (this.#filled > 0) return;
    const note = textOf(Buffer.concat(this.#note));
    // pax: records of `LENGTH KEY=VALUE`.
    const name = this.#use === 'name' ? note : /^\d+ path=(.*)$/m.exec(note)?.[1];
    this.#longName = name ?? this.#longName;
  }
}

/** The bytes of `member`. Reads to the end, where the checksum of the packing stands. */
async function* bytesOf(source: AsyncIterable<Buffer>, member: string): AsyncGenerator<Buffer> {
  const blocks = new Blocks(member);
  let rest = Buffer.alloc(0);
  let total = 0;
  for await (const chunk of source) {
    total += chunk.length;
    if (total > UNPACKED_BYTES)
      throw new BadArchive(`unpacked it is larger than ${UNPACKED_BYTES / MIB} MiB`);
    const data = Buffer.concat([rest, chunk]);
    const whole = data.length - (data.length % BLOCK);
    rest = data.subarray(whole);
    yield* blocks.read(data.subarray(0, whole));
  }
  blocks.end(rest.length);
}

/** Writes `member` of the archive to the new file `to`. Throws `BadArchive` for one that is not as releases are. */
export async function untar(file: string, member: string, to: string, signal: AbortSignal): Promise<void> {
  await pipeline(
    createReadStream(file),
    createGunzip(),
    (source: AsyncIterable<Buffer>) => bytesOf(source, member),
    createWriteStream(to, { flags: 'wx', mode: 0o700 }),
    { signal },
  );
}
