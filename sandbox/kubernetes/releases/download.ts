/** Downloads one published program, and compares it with its checksum before anything is done with it. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { type Download, digestIn } from './published.ts';

const run = promisify(execFile);
/** Milliseconds to the first byte of an answer, and for a whole file of some 100 MB. */
const ANSWER_MS = 10_000;
const FILE_MS = 300_000;

/** Puts the program into the directory. Throws when it can't be had, or is not what its site says it is. */
export async function download({ program, url, sums, member }: Download, directory: string): Promise<void> {
  const wanted = digestIn(await (await open(sums)).text(), url);
  if (wanted === undefined) throw new Error(`${sums} has no checksum of ${basename(url)}`);
  const aside = join(directory, `.${program}`);
  await mkdir(aside, { recursive: true });
  try {
    const file = join(aside, basename(url));
    const digest = await save(url, file);
    if (digest !== wanted) throw new Error(`${url} has the digest ${digest}, and should have ${wanted}`);
    if (member !== undefined) await run('tar', ['-xzf', file, '-C', aside, member]);
    await rename(member === undefined ? file : join(aside, member), join(directory, program));
    await chmod(join(directory, program), 0o755);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function open(url: string): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`${url} does not answer`)), ANSWER_MS);
  try {
    const signal = AbortSignal.any([late.signal, AbortSignal.timeout(FILE_MS)]);
    const response = await fetch(url, { signal });
    if (!response.ok) throw new Error(`${url} answers ${response.status}`);
    return response;
  } finally {
    clearTimeout(timer);
  }
}

/** Gives the SHA-256 of what was saved. */
async function save(url: string, file: string): Promise<string> {
  const { body } = await open(url);
  if (body === null) throw new Error(`${url} is empty`);
  const hash = createHash('sha256');
  const digesting = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(body), digesting, createWriteStream(file, { mode: 0o600 }));
  return hash.digest('hex');
}
