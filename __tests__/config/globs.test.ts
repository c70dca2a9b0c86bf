/** Globs of control planes: where one ends and the next begins, and what they match in the end. */
import picomatch from 'picomatch';
import { expect, test } from '@jest/globals';
import { problems, read } from './support.ts';

const globsOf = (text: string): readonly string[] => read({ 'control-planes': text }).intent.selection.globs;

test.each([
  ['{team/a,team/b}', ['{team/a,team/b}']],
  ['team/{a,b}, x/y # ours\n z/*', ['team/{a,b}', 'x/y', 'z/*']],
  ['a/{b,{c,d}e},f/g,,', ['a/{b,{c,d}e}', 'f/g']],
  ['a/b\na/b', ['a/b']],
  ['t/[!a]x', ['t/[^a]x']],
])('%j is %j', (text, globs) => {
  expect(globsOf(text)).toEqual(globs);
});

test.each([
  ['{team/a,x/b*}', ['team/a', 'x/bc'], ['team/b', 'x/a']],
  ['team/{a,b-{c,d}}', ['team/a', 'team/b-d'], ['team/b', 'team/c']],
  ['{a,b}/[!x]?', ['a/yz', 'b/12'], ['a/xz', 'c/yz']],
  ['t/a{,-x}', ['t/a', 't/a-x'], ['t/a-']],
])('%s matches what it says', (text, matched, others) => {
  const matches = picomatch([...globsOf(text)], { dot: true, noextglob: true });
  expect([...matched, ...others].filter((name) => matches(name))).toEqual(matched);
});

test.each(['!', '..', 'a/..', 'a..b/x', '{a..c,d}/x', 'team/{1..3,x}'])(
  '%s is no glob of control planes',
  (glob) => {
    expect(problems({ 'control-planes': glob })).toEqual([expect.stringContaining('control-planes')]);
  },
);
