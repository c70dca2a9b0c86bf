/** The plan in the job log, at three control planes and at a thousand. */
import { expect, test } from '@jest/globals';
import { sayPlan } from '../../src/flow/say.ts';
import { fakeLog } from '../tools/fakes.ts';

const said = async (changes: readonly string[]): Promise<{ lines: readonly string[]; groups: string[] }> => {
  const groups: string[] = [];
  const log = fakeLog();
  const group = async <T>(title: string, body: () => Promise<T>): Promise<T> => {
    groups.push(title);
    return await body();
  };
  await sayPlan({ ...log, group }, { counts: 'counts', changes, end: ['values', 'digest'] });
  return { lines: log.lines, groups };
};
const many = (count: number) => Array.from({ length: count }, (_, n) => `+ ${n}`);

test.each([0, 3, 40])('%i changes are simply there', async (count) => {
  const { lines, groups } = await said(many(count));
  expect(lines).toEqual(['counts', ...many(count), 'values', 'digest']);
  expect(groups).toEqual([]);
});

test('more than a screen has are folded, between the counts and the digest', async () => {
  const { lines, groups } = await said(many(1_000));
  expect(lines).toEqual(['counts', ...many(1_000), 'values', 'digest']);
  expect(groups).toEqual(['1000 lines: what changes, and why']);
});
