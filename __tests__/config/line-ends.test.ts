/** Inputs with the line ends of Windows, and with one more at their end, mean what they mean with others. */
import { describe, expect, test } from '@jest/globals';
import { DEFAULTS, INPUT_NAMES, type InputName } from '../../src/config/inputs/index.ts';
import { COMPANIONS, EXAMPLES } from './examples.ts';
import { problems, read } from './support.ts';

/** Kept as they are, to the last character. */
const VERBATIM = new Set<InputName>(['kubeconfig', 'registry-password', 'github-token']);

const rows = INPUT_NAMES.filter((name) => !VERBATIM.has(name)).flatMap((name) =>
  EXAMPLES[name].good.map((value) => [name, value] as const),
);

test.each(rows)('%s: %j', (name, value) => {
  const others = COMPANIONS[name];
  const given = { ...others, [name]: `${value.replaceAll('\n', '\r\n')}\r\n` };
  expect(problems(given)).toEqual([]);
  expect(read(given)).toEqual(read({ ...others, [name]: value }));
});

test('lists with comments, blank lines and blanks, by lines of Windows', () => {
  const lines = ['# ours', 'prod/', '', '  shared/ # for all', 'a/, b/', ''];
  const given = read({ 'secret-prefixes': lines.join('\r\n') });
  expect(given.intent).toEqual(read({ 'secret-prefixes': lines.join('\n') }).intent);
  expect(JSON.stringify(given.intent)).toContain('["prod/","shared/","a/","b/"]');
});

describe('rules between inputs look at the texts without what is around them', () => {
  test('a default that is written out, with a line end, is still the default', () => {
    const ROLE = 'arn:aws:iam::111122223333:role/made-elsewhere';
    const beside = { 'role-arn': ROLE, 'secret-prefixes': '' };
    for (const name of ['role-path', 'trust-scope', 'isolate-by'] as const)
      expect(problems({ ...beside, [name]: `${DEFAULTS[name]}\r\n` })).toEqual([]);
  });

  test('the default name of the role is as long as the cluster has letters', () => {
    // 64 characters, IAM's most, with the end that the name gets.
    const name = 'x'.repeat(64 - '-shared-secrets'.length);
    expect(problems({ 'cluster-name': `${name}\r\n` })).toEqual([]);
    expect(problems({ 'cluster-name': `${name}x\r\n` })).toHaveLength(1);
  });
});
