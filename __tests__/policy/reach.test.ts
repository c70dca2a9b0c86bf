/** Which resources the policies of a role may let a session reach. */
import { expect, test } from '@jest/globals';
import type { PolicyDocument, Statement } from '../../src/model/policy.ts';
import { reachable } from '../../src/policy/reach.ts';

const KEY = 'aws:PrincipalTag/kubernetes-namespace';
const action = 'secretsmanager:GetSecretValue';
const context = {
  values: new Map([[KEY.toLowerCase(), ['a']]]),
  isAbsent: (key: string) => key === 'sub',
};

const READING: Statement = { Effect: 'Allow', Action: action, Resource: 'secret:x*' };
const reading = (statement: Partial<Statement>, Version?: string): PolicyDocument => ({
  ...(Version !== undefined && { Version }),
  Statement: [{ ...READING, ...statement }],
});
const found = (document: PolicyDocument) => reachable([document], { action, context });

test.each<[string, Partial<Statement>, readonly string[]]>([
  ['its resources', {}, ['secret:x*']],
  ['each once', { Resource: ['b', 'a', 'b'] }, ['b', 'a']],
  ['of another action: none', { Action: 'ssm:GetParameter' }, []],
  ['of all actions, in any case', { Action: ['s3:*', 'SECRETSMANAGER:get*'] }, ['secret:x*']],
  ['of a denial: none', { Effect: 'Deny' }, []],
  ['for another session: none', { Condition: { StringEquals: { [KEY]: 'b' } } }, []],
  ['for this session', { Condition: { StringEquals: { [KEY]: ['b', 'a'] } } }, ['secret:x*']],
  ['by a key that such a session lacks: none', { Condition: { StringEquals: { sub: 'b' } } }, []],
  ['by a key that is not known: perhaps', { Condition: { StringEquals: { other: 'b' } } }, ['secret:x*']],
])('%s', (_what, statement, expected) => {
  expect(found(reading(statement))).toEqual(expected);
});

test.each([
  ['filled in', '2012-10-17', `t/\${${KEY}}/*`, ['t/a/*']],
  ['not known: whatever it stands for', '2012-10-17', 't/${aws:userid}/*', ['t/*/*']],
  ['plain text before the version of 2012', '2008-10-17', `t/\${${KEY}}/*`, [`t/\${${KEY}}/*`]],
])('variables: %s', (_what, version, Resource, expected) => {
  expect(found(reading({ Resource }, version))).toEqual(expected);
});

test('what a statement leaves out', () => {
  const { Action: _action, ...anyAction } = READING;
  expect(found({ Statement: [{ ...anyAction, NotAction: 'ssm:*' }] })).toEqual(['secret:x*']);
  const { Resource: _resource, ...anyResource } = READING;
  expect(found({ Statement: [{ ...anyResource, NotResource: 'y' }] })).toEqual(['*']);
});
