/** One answer of a download site, and all that can be wrong with it. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import type { Offer } from './layout.ts';

/**
 * `corrupt`: one byte of the file is another. `wrong-checksum`: the checksum file has another digest.
 * `missing`: 404. `unavailable`: 503. `slow`: 200 ms between two pieces. `cut`: the connection ends half-way.
 * `truncated`: half of the file, as if it were the whole. `page`: a page of a proxy, with status 200. `empty`: nothing, with status 200.
 * `overlong`: the whole file, announced as longer, and then nothing. `endless`: zeros without an end. `trickle`: a byte every 100 ms.
 * `silent`: the request is taken and never answered. `stalled`: the head of an answer, and then nothing.
 * `loop`: a redirect to itself. `elsewhere`: a redirect to `to`. `replaced`: `body` in place of what is offered.
 */
const KINDS = [
  'corrupt',
  'wrong-checksum',
  'missing',
  'unavailable',
  'slow',
  'cut',
  'truncated',
  'page',
  'empty',
  'overlong',
  'endless',
  'trickle',
  'silent',
  'stalled',
  'loop',
  'elsewhere',
  'replaced',
] as const;

/** Something that goes wrong with the next `times` requests for a path. */
export interface DownloadFault {
  readonly path: RegExp;
  readonly kind: (typeof KINDS)[number];
  times: number;
  /** Of `elsewhere`. */
  readonly to?: string;
  /** Of `replaced`. */
  readonly body?: string | Buffer;
}

interface Question {
  readonly path: string;
  readonly offer: Offer | undefined;
  readonly fault: DownloadFault | undefined;
}

const PAGE = '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Sign in first</body></html>\n';
const MIB = 1024 * 1024;

type Head = (status: number, headers?: Record<string, string>) => ServerResponse;

/** What comes in place of any offer. */
const INSTEAD: Partial<Record<DownloadFault['kind'], (head: Head, question: Question) => unknown>> = {
  silent: () => undefined,
  unavailable: (head) => head(503).end(),
  missing: (head) => head(404).end(),
  loop: (head, { path }) => head(302, { location: path }).end(),
  elsewhere: (head, { path, fault }) => head(302, { location: fault?.to ?? path }).end(),
  page: (head) => head(200, { 'content-type': 'text/html' }).end(PAGE),
  empty: (head) => head(200).end(),
  replaced: (head, { fault }) => head(200).end(fault?.body),
  stalled: (head) => {
    head(200).flushHeaders();
  },
  endless: async (head) => {
    await pour(head(200), Buffer.alloc(MIB), 0);
  },
  trickle: async (head) => {
    await pour(head(200), Buffer.from('0'), 100);
  },
};

/** Answers as the site does, or as the fault has it. `tell` hears the status before it goes out; 0: there is no answer. */
export async function answer(
  response: ServerResponse,
  question: Question,
  tell: (status: number) => void,
): Promise<void> {
  const { offer, fault } = question;
  const kind = fault?.kind;
  const head: Head = (status, headers = {}) => {
    tell(status);
    return response.writeHead(status, headers);
  };
  const instead = kind === undefined ? undefined : INSTEAD[kind];
  if (kind === 'silent') tell(0);
  if (instead !== undefined) await instead(head, question);
  else if (offer === undefined) head(404).end();
  else if (offer.kind === 'redirect') head(302, { location: offer.to }).end();
  else if (offer.kind === 'text') sendText(head(200, { 'content-type': 'text/plain' }), offer.text, kind);
  else await sendFile(head, offer.file, kind);
}

async function* endlessly(piece: Buffer, pauseMs: number): AsyncGenerator<Buffer> {
  for (;;) {
    yield piece;
    await sleep(pauseMs);
  }
}

/** One piece after the other until the client goes away. */
async function pour(response: ServerResponse, piece: Buffer, pauseMs: number): Promise<void> {
  await pipeline(endlessly(piece, pauseMs), response).catch(() => response.destroy());
}

function sendText(response: ServerResponse, text: string, kind: DownloadFault['kind'] | undefined): void {
  const digit = text.startsWith('0') ? '1' : '0';
  response.end(kind === 'wrong-checksum' ? digit + text.slice(1) : text);
}

async function sendFile(head: Head, file: string, kind: DownloadFault['kind'] | undefined): Promise<void> {
  const { size } = await stat(file);
  const length = { overlong: size + MIB, truncated: Math.floor(size / 2) };
  const announced = kind === 'overlong' || kind === 'truncated' ? length[kind] : size;
  const response = head(200, {
    'content-type': 'application/octet-stream',
    'content-length': String(announced),
    'content-disposition': `attachment; filename="${basename(file)}"`,
  });
  try {
    const end = kind === 'truncated' ? { end: announced - 1 } : {};
    const source = createReadStream(file, { highWaterMark: MIB, ...end });
    await pipeline(source, (chunks: AsyncIterable<Buffer>) => spoil(chunks, size, kind), response, {
      end: kind !== 'overlong',
    });
  } catch {
    // The client went away, or the fault cut the connection: there is nobody left to tell.
    response.destroy();
  }
}

async function* spoil(
  chunks: AsyncIterable<Buffer>,
  size: number,
  kind: DownloadFault['kind'] | undefined,
): AsyncGenerator<Buffer> {
  let sent = 0;
  for await (const chunk of chunks) {
    const before = sent <= size / 2;
    sent += chunk.length;
    if (kind === 'slow') await sleep(200);
    if (kind === 'corrupt' && before && sent > size / 2) flip(chunk);
    if (kind === 'cut' && sent > size / 2) throw new Error('cut on purpose');
    yield chunk;
  }
}

function flip(chunk: Buffer): void {
  const middle = chunk.length >> 1;
  chunk.writeUInt8(chunk.readUInt8(middle) ^ 0xff, middle);
}
