/** Rules of `isolate-by: session-policy`. */
import { expect, test } from '@jest/globals';
import { problems, read, type With } from './support.ts';

const ARN = 'arn:aws:iam::444455556666:role/readers';
const OWN: With = { identity: 'pod-identity', 'secret-prefixes': 'teams/{name}/' };
const SESSIONS: With = { ...OWN, 'isolate-by': 'session-policy' };

test.each<[string, With, RegExp]>([
  ['associations alone have them', { ...SESSIONS, identity: 'irsa' }, /needs `identity: pod-identity`/],
  [
    'there has to be something to keep apart',
    { ...SESSIONS, 'secret-prefixes': 'teams/' },
    /needs a placeholder in one of the prefixes/,
  ],
  [
    'a target role has policies of its own',
    { ...SESSIONS, 'target-role-arn': ARN },
    /can't stand beside `target-role-arn`/,
  ],
  [
    'a role made elsewhere keeps apart whom it likes',
    { ...SESSIONS, 'role-arn': ARN, 'secret-prefixes': '', 'parameter-prefixes': '' },
    /`isolate-by` can't stand beside `role-arn`/,
  ],
])('%s', (_what, inputs, said) => {
  expect(problems(inputs)).toContainEqual(expect.stringMatching(said));
});

test.each<[With]>([
  [SESSIONS],
  [{ ...SESSIONS, 'secret-prefixes': 'shared/', 'parameter-prefixes': '/teams/{group}/' }],
  [{ ...OWN, 'isolate-by': 'role-policy' }],
  [{ 'isolate-by': 'role-policy', 'secret-prefixes': 'teams/' }],
])('%j is taken', (inputs) => {
  expect(problems(inputs)).toEqual([]);
});

test('it shapes the role', () => {
  expect(read(SESSIONS).intent.role).toMatchObject({ isolateBy: 'session-policy' });
});
