/** What both mechanisms share in assuming the role. */
import { expect, test } from '@jest/globals';
import { withoutToken, wrongRole } from '../../src/mechanisms/session.ts';
import { OTHER_ROLE_ARN, ROLE_ARN } from '../support/names.ts';
import { assumed } from './support.ts';

test.each<[string, string, boolean]>([
  ['the role', ROLE_ARN, true],
  ['the role under a path, which a session leaves out', ROLE_ARN.replace(':role/', ':role/team/a/'), true],
  ['another role', OTHER_ROLE_ARN, false],
  ['the role of another account', ROLE_ARN.replace('111122223333', '444455556666'), false],
])('%s', (_what, roleArn, isSame) => {
  const { assumedRole } = assumed();
  expect(wrongRole(assumed(), roleArn)).toBe(isSame ? undefined : `assumed ${assumedRole}, not ${roleArn}`);
});

test('what is no ARN of a session is no session of the role', () => {
  expect(wrongRole(assumed({ assumedRole: 'AROAEXAMPLE' }), ROLE_ARN)).toBe(
    `assumed AROAEXAMPLE, not ${ROLE_ARN}`,
  );
});

test('no account is told from no token', () => {
  expect(withoutToken({ kind: 'absent', why: 'x' })).toEqual({ kind: 'absent', why: 'x' });
  expect(withoutToken({ kind: 'refused', why: 'x' })).toEqual({ kind: 'no-token', why: 'x' });
});
