/** The connection of a run: made once, and again when it broke. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createSender } from '../../../src/cluster/api/sender.ts';
import { proxyKubectl } from './proxy-setup.ts';

let directory: string;
const abort = new AbortController();
let closing: (() => Promise<void>)[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sender-'));
});
afterEach(async () => {
  await Promise.all(closing.map((close) => close()));
  closing = [];
  await rm(directory, { recursive: true, force: true });
});

const get = (path: string) => ({ method: 'GET', path, tried: 'look' }) as const;
const askedSchema = z.object({ asked: z.object({ pid: z.number(), args: z.array(z.string()) }) });
const askedOf = (body: string) => askedSchema.parse(JSON.parse(body)).asked;
const sender = (mode = '') => {
  const made = createSender({
    kubectl: proxyKubectl(mode),
    directory,
    platform: 'linux',
    signal: abort.signal,
  });
  closing.push(async () => await made.close());
  return made;
};

test('one program for all requests, for reads and dry runs alone', async () => {
  const { send } = sender();
  const answers = await Promise.all([send(get('/api/v1/a')), send(get('/apis/b'))]);
  const [first, second] = answers.map(({ body }) => askedOf(body));
  expect(first?.pid).toBe(second?.pid);
  expect(first?.args).toEqual(
    expect.arrayContaining([
      String.raw`--accept-paths=^/(apis?(/.*)?|\.well-known/openid-configuration)$`,
      '--reject-methods=^(HEAD|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE)$',
    ]),
  );
});

test('one that has ended is an answer that did not come, and another is started for the next request', async () => {
  const { send } = sender();
  const { pid } = askedOf((await send(get('/api/v1/a'))).body);
  const lost = send(get('/never/'));
  setTimeout(() => process.kill(pid, 'SIGKILL'), 300);
  expect(await lost).toMatchObject({ status: 502, body: expect.stringMatching(/\w/) });
  // Node hears of the end a moment later than of the broken connection.
  await setTimeoutPromise(200);
  const again = askedOf((await send(get('/api/v1/a'))).body);
  expect(again.pid).not.toBe(pid);
});

test('one whose token was refused is not used again: another one reads the token that there is now', async () => {
  const { send } = sender();
  const { pid } = askedOf((await send(get('/api/v1/a'))).body);
  expect(await send(get('/old-token/'))).toMatchObject({ status: 401 });
  expect(askedOf((await send(get('/api/v1/a'))).body).pid).not.toBe(pid);
});

test('several refused at once: none waits for, or loses its way by, the end of the old one', async () => {
  const { send } = sender('stubborn');
  const old = askedOf((await send(get('/api/v1/a'))).body);
  const again = async () => {
    await send(get('/old-token/'));
    return askedOf((await send(get('/api/v1/a'))).body);
  };
  const found = await Promise.all([again(), again(), again()]);
  expect(new Set(found.map(({ pid }) => pid)).has(old.pid)).toBe(false);
  const socketOf = ({ args }: typeof old): string | undefined =>
    args.find((arg) => arg.startsWith('--unix-socket='));
  expect(socketOf(found[0] ?? old)).not.toBe(socketOf(old));
  // The old one has ended by now, and has taken its own socket away alone.
  expect((await send(get('/api/v1/a'))).status).toBe(201);
});

test('a refused token breaks none of the requests that are still on their way', async () => {
  const { send } = sender();
  const { pid } = askedOf((await send(get('/api/v1/a'))).body);
  const slow = ['a', 'b'].map(async (name) => await send(get(`/slow/${name}`)));
  expect(await send(get('/old-token/'))).toMatchObject({ status: 401 });
  const next = await send(get('/api/v1/a'));
  expect((await Promise.all(slow)).map(({ body }) => askedOf(body).pid)).toEqual([pid, pid]);
  expect(askedOf(next.body).pid).not.toBe(pid);
  // Once they are answered, nothing needs it any more.
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('closed, also one that is not used again has ended, with what is on its way', async () => {
  const made = sender();
  const { pid } = askedOf((await made.send(get('/api/v1/a'))).body);
  const never = made.send(get('/never/'));
  expect(await made.send(get('/old-token/'))).toMatchObject({ status: 401 });
  await made.close();
  expect(await never).toMatchObject({ status: 502 });
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('one that does not start is a failure, each time', async () => {
  const { send } = sender('broken');
  await expect(send(get('/api/v1/a'))).rejects.toMatchObject({ reason: 'tool-unavailable' });
  await expect(send(get('/api/v1/a'))).rejects.toMatchObject({ reason: 'tool-unavailable' });
});

test('what was never opened is closed too', async () => {
  await expect(sender().close()).resolves.toBeUndefined();
});

test('closed, its program has ended; nothing is sent any more, and no other program is started for it', async () => {
  const made = sender();
  const { pid } = askedOf((await made.send(get('/api/v1/a'))).body);
  await made.close();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  await expect(made.send(get('/api/v1/a'))).rejects.toThrow('the run has ended');
});

test('a cancelled job is no answer that did not come', async () => {
  const cancel = new AbortController();
  const options = { kubectl: proxyKubectl(''), directory, platform: 'linux', signal: cancel.signal };
  const made = createSender(options);
  closing.push(async () => await made.close());
  const asked = made.send(get('/never/'));
  setTimeout(() => cancel.abort(), 300);
  await expect(asked).rejects.toMatchObject({ reason: 'cancelled' });
});
