/** The queue: one key at a time, and failed work again. */
import { expect, test } from '@jest/globals';
import { createWorkQueue } from '../../space/work-queue.ts';

/** A queue whose work waits until it is let go. */
function held(fail: (key: string) => boolean = () => false) {
  const started: string[] = [];
  const gates: (() => void)[] = [];
  const logged: string[] = [];
  const queue = createWorkQueue({
    parallel: 2,
    work: async (key) => {
      started.push(key);
      await new Promise<void>((resolve) => {
        gates.push(resolve);
      });
      if (fail(key)) throw new Error('no luck');
    },
    log: (line) => logged.push(line),
  });
  return { queue, started, gates, logged };
}

async function settle(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

test('never runs a key twice at a time, and once more when it was added meanwhile', async () => {
  const { queue, started, gates } = held();
  queue.add('a');
  await settle();
  queue.add('a');
  queue.add('a');
  await settle();
  expect(started).toEqual(['a']);
  gates.shift()?.();
  await settle();
  expect(started).toEqual(['a', 'a']);
  gates.shift()?.();
  await settle();
  expect(started).toEqual(['a', 'a']);
});

test('runs so many keys at a time', async () => {
  const { queue, started, gates } = held();
  for (const key of ['a', 'b', 'c']) queue.add(key);
  await settle();
  expect(started).toEqual(['a', 'b']);
  gates.shift()?.();
  await settle();
  expect(started).toEqual(['a', 'b', 'c']);
});

test('drops what waits when it stops, and says what failed', async () => {
  const { queue, started, gates, logged } = held((key) => key === 'a');
  for (const key of ['a', 'b', 'c']) queue.add(key);
  await settle();
  gates.shift()?.();
  await settle();
  expect(logged).toEqual(['a: no luck']);
  const stopped = queue.stop();
  for (const gate of gates) gate();
  await stopped;
  expect(started).toEqual(['a', 'b', 'c']);
});
