/** A downloader that the tests can bound, and a place for what it fetches. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDownloader, type DownloadLimits } from '../../../src/tools/install/download.ts';
import { fakeLog } from '../fakes.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const { signal: lasting } = new AbortController();

const LIMITS: DownloadLimits = {
  silenceMs: 30_000,
  wholeMs: { text: 60_000, file: 60_000 },
  bytes: { text: 1024, file: 8 * 1024 * 1024 },
};

/** A downloader with a clock and a log of its own; limits that the tests don't name are out of reach. */
export function tools({
  signal = lasting,
  ...limits
}: Partial<DownloadLimits> & { signal?: AbortSignal } = {}) {
  const clock = fakeClock();
  const log = fakeLog();
  const downloader = createDownloader({ clock, log, signal, env: {} }, { ...LIMITS, ...limits });
  return { clock, log, downloader };
}

export async function target(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'download-')), 'file');
}
