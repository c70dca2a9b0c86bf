/** The end of a world, also of one that is half built. */
import { expect, test } from '@jest/globals';
import { Cleanup } from '../../world/cleanup.ts';

function recorder() {
  const ended: string[] = [];
  const end = (name: string): Promise<void> => {
    ended.push(name);
    return Promise.resolve();
  };
  return { ended, end };
}

test('ends the last started first, once', async () => {
  const { ended, end } = recorder();
  const cleanup = new Cleanup();
  for (const name of ['one', 'two']) await cleanup.after(Promise.resolve(name), end);
  await cleanup.run();
  await cleanup.run();
  expect(ended).toEqual(['two', 'one']);
});

test('ends the rest when one fails to end, and says so', async () => {
  const { ended, end } = recorder();
  const cleanup = new Cleanup();
  cleanup.add(() => end('one'));
  cleanup.add(() => Promise.reject(new Error('stuck')));
  await expect(cleanup.run()).rejects.toThrow('Not everything of the sandbox ended well.');
  expect(ended).toEqual(['one']);
});

test('ends at once what comes up after the end', async () => {
  const { ended, end } = recorder();
  const cleanup = new Cleanup();
  await cleanup.run();
  await cleanup.after(Promise.resolve('late'), end);
  expect(ended).toEqual(['late']);
});
