/** Archives that no tar would make, byte by byte. */
import { gzipSync } from 'node:zlib';

/** The type of an entry as tar writes it. */
const TYPES = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  directory: '5',
  fifo: '6',
  pax: 'x',
  longName: 'L',
  remark: 'g',
};

export interface Entry {
  readonly name: string;
  readonly type?: keyof typeof TYPES;
  readonly content?: string | Buffer;
  /** Where a link leads. */
  readonly link?: string;
}

const BLOCK = 512;

/** One entry: its header, its content, and zeros up to the next block. */
export function tarEntry({ name, type = 'file', content = '', link = '' }: Entry, size?: number): Buffer {
  const body = Buffer.from(content);
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 100);
  header.write('0000755\0', 100);
  header.write(`${(size ?? body.length).toString(8).padStart(11, '0')}\0`, 124);
  header.write('        ', 148);
  header.write(TYPES[type], 156);
  header.write(link, 157, 100);
  header.write('ustar\u000000', 257);
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)]);
}

/** The entries in a tar.gz. */
export function packTar(entries: readonly Entry[]): Buffer {
  return gzipSync(Buffer.concat([...entries.map((entry) => tarEntry(entry)), Buffer.alloc(2 * BLOCK)]));
}

const MIB = 1024 * 1024;

/** A small tar.gz with the entries, and then a file that unpacks to so many MiB. */
export function packBomb(entries: readonly Entry[], name: string, mib: number): Buffer {
  const head = [...entries.map((entry) => tarEntry(entry)), tarEntry({ name }, mib * MIB)];
  // One gzip after the other is one gzip.
  const zeros = gzipSync(Buffer.alloc(MIB));
  return Buffer.concat([
    gzipSync(Buffer.concat(head)),
    ...Array.from({ length: mib }, () => zeros),
    gzipSync(Buffer.alloc(2 * BLOCK)),
  ]);
}
