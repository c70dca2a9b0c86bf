/** A cancelled run that hangs does not keep the report back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { withinJob } from '../../src/tools/within-job.ts';

const NEVER_MS = 600_000;
const hanging = async (): Promise<void> => await new Promise(() => undefined);

test('the run’s own end is what counts', async () => {
  const { signal } = new AbortController();
  await expect(withinJob(signal, async () => await Promise.resolve())).resolves.toBeUndefined();
  await expect(withinJob(signal, async () => await Promise.reject(new Error('own')))).rejects.toThrow('own');
});

test('a cancelled run may come to its own end for a while', async () => {
  const abort = new AbortController();
  const running = withinJob(
    abort.signal,
    async () => {
      abort.abort();
      await sleep(20);
      throw new Error('own');
    },
    NEVER_MS,
  );
  await expect(running).rejects.toThrow('own');
});

test('after that it is not waited for', async () => {
  const abort = new AbortController();
  const running = withinJob(abort.signal, hanging, 20);
  abort.abort();
  await expect(running).rejects.toMatchObject({ reason: 'cancelled' });
});

test('nor is one that begins in a job that is cancelled already', async () => {
  await expect(withinJob(AbortSignal.abort(), hanging, 20)).rejects.toMatchObject({ reason: 'cancelled' });
});
