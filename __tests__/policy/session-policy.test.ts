/** Session policies: whose they are, and what they leave of a role's permissions. */
import { describe, expect, test } from '@jest/globals';
import type { PolicyDocument, Statement } from '../../src/model/policy.ts';
import { ANY_REQUEST } from '../../src/policy/conditions.ts';
import {
  evaluateNarrowed,
  ownSessionPolicy,
  sameSessionPolicy,
  SESSION_POLICY_MARK,
  sessionPolicyText,
} from '../../src/policy/session-policy.ts';

const READ = 'secretsmanager:GetSecretValue';
const reading = (overrides: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action: READ,
  Resource: 'arn:aws:secretsmanager:*:*:secret:a/*',
  ...overrides,
});
const documentOf = (...statements: readonly Statement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
});
const OURS = documentOf(reading({ Sid: SESSION_POLICY_MARK }));

describe('whose a session policy is', () => {
  test.each<[string, string, PolicyDocument | undefined]>([
    ['ours', sessionPolicyText(OURS), OURS],
    ['ours, changed by somebody', JSON.stringify({ ...OURS, Id: 'x' }), { ...OURS, Id: 'x' }],
    [
      'ours, with a statement more',
      sessionPolicyText(documentOf(reading({ Sid: SESSION_POLICY_MARK }), reading({ Sid: 'GoOnToRoles' }))),
      documentOf(reading({ Sid: SESSION_POLICY_MARK }), reading({ Sid: 'GoOnToRoles' })),
    ],
    [
      'a statement of another form beside ours',
      JSON.stringify({ Statement: [reading({ Sid: SESSION_POLICY_MARK }), { Effect: 'Allow' }] }),
      undefined,
    ],
    ['without the label', JSON.stringify(documentOf(reading())), undefined],
    ['with another label', JSON.stringify(documentOf(reading({ Sid: 'Mine' }))), undefined],
    ['no JSON', '{', undefined],
    ['nothing', '', undefined],
    ['no document', '"x"', undefined],
    ['null', 'null', undefined],
    ['without statements', '{"Version":"2012-10-17"}', undefined],
    [
      'one statement without a list',
      JSON.stringify({ Statement: reading({ Sid: SESSION_POLICY_MARK }) }),
      undefined,
    ],
    ['a statement of another form', JSON.stringify({ Statement: [{ Sid: SESSION_POLICY_MARK }] }), undefined],
    ['a statement that is none', JSON.stringify({ Statement: [null] }), undefined],
  ])('%s', (_what, text, expected) => {
    expect(ownSessionPolicy(text)).toEqual(expected);
  });

  test('two are compared by what they say', () => {
    const reordered = { Statement: OURS.Statement, Version: '2012-10-17' };
    expect(sameSessionPolicy(OURS, reordered)).toBe(true);
    expect(sameSessionPolicy(OURS, documentOf(reading({ Sid: SESSION_POLICY_MARK, Resource: '*' })))).toBe(
      false,
    );
    expect(sameSessionPolicy(OURS, undefined)).toBe(false);
    expect(sameSessionPolicy(undefined, undefined)).toBe(true);
  });
});

describe('what a narrowed session may', () => {
  const request = { action: READ, resource: 'arn:aws:secretsmanager:r:1:secret:a/x', context: ANY_REQUEST };
  const perhaps = reading({ Condition: { Null: { 'aws:SourceVpc': 'false' } } });
  test.each<[string, readonly Statement[], readonly Statement[] | undefined, string]>([
    ['by both', [reading()], [reading()], 'allowed'],
    [
      'by the role alone',
      [reading()],
      [reading({ Resource: 'arn:aws:secretsmanager:*:*:secret:b/*' })],
      'implicit-deny',
    ],
    ['by the session policy alone', [], [reading()], 'implicit-deny'],
    ['denied by one', [reading()], [reading(), reading({ Effect: 'Deny' })], 'explicit-deny'],
    ['perhaps by the role', [perhaps], [reading()], 'unknown'],
    ['perhaps by the session policy', [reading()], [perhaps], 'unknown'],
    ['perhaps by the role, and not by the other', [perhaps], [reading({ Effect: 'Deny' })], 'explicit-deny'],
    ['perhaps by both', [perhaps], [perhaps], 'unknown'],
    ['without a session policy', [reading()], undefined, 'allowed'],
  ])('%s', (_what, role, narrowedBy, decision) => {
    const narrow = narrowedBy === undefined ? undefined : documentOf(...narrowedBy);
    const { unknowns, ...answer } = evaluateNarrowed([documentOf(...role)], narrow, request);
    expect(answer.decision).toBe(decision);
    expect(unknowns.length > 0).toBe(decision === 'unknown');
  });
});
