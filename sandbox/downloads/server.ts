/** The sites that helm and kubectl are downloaded from, with the faults of a bad day. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen, requestUrl } from '../loopback.ts';
import { packHelm, packKubectl, thisPlatform } from './packages.ts';
import { layout } from './layout.ts';
import type { ServerResponse } from 'node:http';
import type { Offer } from './layout.ts';
import type { Package } from './packages.ts';

/** Something that goes wrong with the next `times` requests for a path. */
export interface DownloadFault {
  readonly path: RegExp;
  /**
   * `corrupt`: one byte of the file is another. `wrong-checksum`: the checksum file has another digest.
   * `missing`: 404. `unavailable`: 503. `slow`: 200 ms between two pieces. `cut`: the connection ends half-way.
   */
  readonly kind: 'corrupt' | 'wrong-checksum' | 'missing' | 'unavailable' | 'slow' | 'cut';
  times: number;
}

export interface Downloads {
  /** In place of `https://get.helm.sh`. */
  readonly helmUrl: string;
  /** In place of `https://dl.k8s.io/release`. */
  readonly kubectlUrl: string;
  readonly helm: Package;
  readonly kubectl: Package;
  readonly requests: { readonly path: string; readonly status: number }[];
  readonly faults: DownloadFault[];
  close(): Promise<void>;
}

export interface DownloadsOptions {
  /** Paths of the binaries to offer. */
  readonly helm: string;
  readonly kubectl: string;
  /** Directory that keeps packed files. */
  readonly cache: string;
  readonly log: (line: string) => void;
}

/** Offers the sandbox's helm and kubectl as their genuine download sites do. Every other version is 404. */
export async function startDownloads(options: DownloadsOptions): Promise<Downloads> {
  const platform = thisPlatform();
  const [helm, kubectl] = await Promise.all([
    packHelm(options.helm, options.cache, platform),
    packKubectl(options.kubectl, options.cache),
  ]);
  const offers = layout(helm, kubectl, platform);
  const requests: { path: string; status: number }[] = [];
  const faults: DownloadFault[] = [];

  const server = await listen(async (request, response) => {
    const path = requestUrl(request).pathname;
    const fault = faults.find((candidate) => candidate.times > 0 && candidate.path.test(path));
    if (fault) fault.times -= 1;
    const offer = offers.get(path);
    const status = fault?.kind === 'unavailable' ? 503 : !offer || fault?.kind === 'missing' ? 404 : 200;
    requests.push({ path, status: offer?.kind === 'redirect' && status === 200 ? 302 : status });
    if (!offer || status !== 200) response.writeHead(status).end();
    else await send(response, offer, fault?.kind);
  }, options);

  return {
    helmUrl: `${server.origin}/helm`,
    kubectlUrl: `${server.origin}/kubernetes/release`,
    helm,
    kubectl,
    requests,
    faults,
    close: () => server.close(),
  };
}

async function send(
  response: ServerResponse,
  offer: Offer,
  fault: DownloadFault['kind'] | undefined,
): Promise<void> {
  switch (offer.kind) {
    case 'redirect':
      response.writeHead(302, { location: offer.to }).end();
      return;
    case 'text': {
      const digit = offer.text.startsWith('0') ? '1' : '0';
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.end(fault === 'wrong-checksum' ? digit + offer.text.slice(1) : offer.text);
      return;
    }
    case 'file':
      await sendFile(response, offer.file, fault);
  }
}

async function sendFile(
  response: ServerResponse,
  file: string,
  fault: DownloadFault['kind'] | undefined,
): Promise<void> {
  const { size } = await stat(file);
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': size,
    'content-disposition': `attachment; filename="${basename(file)}"`,
  });
  try {
    const source = createReadStream(file, { highWaterMark: 1 << 20 });
    await pipeline(source, (chunks: AsyncIterable<Buffer>) => spoil(chunks, size, fault), response);
  } catch {
    // The client went away, or the fault cut the connection: there is nobody left to tell.
    response.destroy();
  }
}

async function* spoil(
  chunks: AsyncIterable<Buffer>,
  size: number,
  fault: DownloadFault['kind'] | undefined,
): AsyncGenerator<Buffer> {
  let sent = 0;
  for await (const chunk of chunks) {
    const before = sent <= size / 2;
    sent += chunk.length;
    if (fault === 'slow') await sleep(200);
    if (fault === 'corrupt' && before && sent > size / 2) flip(chunk);
    if (fault === 'cut' && sent > size / 2) throw new Error('cut on purpose');
    yield chunk;
  }
}

function flip(chunk: Buffer): void {
  const middle = chunk.length >> 1;
  chunk.writeUInt8(chunk.readUInt8(middle) ^ 0xff, middle);
}
