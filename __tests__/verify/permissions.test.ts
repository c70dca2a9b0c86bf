/** What the role may do, as IAM simulates it. */
import { describe, expect, test } from '@jest/globals';
import type { SimulatedAnswer } from '../../src/model/evidence.ts';
import { host, OTHER_ROLE_ARN } from '../support/names.ts';
import { answering, asked, parts, policy, when } from './permission-answers.ts';
import { checkOf, irsaWorld, soundRole, withoutRole } from './support.ts';

const reading = (change: Partial<SimulatedAnswer>, part = 'prod/') =>
  checkOf('permissions', parts, answering(when('secretsmanager:GetSecretValue', part, change)), asked);

describe('what IAM answers', () => {
  test('as it should be: the detail says what was seen', () => {
    expect(checkOf('permissions', parts, {}, asked)).toMatchObject({
      status: 'pass',
      detail:
        'may read under prod/, /prod/, not outside, may not write, may decrypt with its keys (simulated by IAM)',
    });
  });

  test.each<[string, ReturnType<typeof when>, string]>([
    [
      'a read refused',
      when('ssm:GetParameter', 'prod/', { decision: 'implicit-deny' }),
      'may not ssm:GetParameter under /prod/',
    ],
    [
      'a read denied',
      when('secretsmanager:GetSecretValue', 'prod/', { decision: 'explicit-deny' }),
      'a policy denies it',
    ],
    [
      'a read outside',
      when('secretsmanager:GetSecretValue', 'secret:spaces', { decision: 'allowed' }),
      'may secretsmanager:GetSecretValue outside the prefixes',
    ],
    [
      'a write',
      when('secretsmanager:PutSecretValue', 'prod/', { decision: 'allowed' }),
      'may secretsmanager:PutSecretValue under prod/',
    ],
    [
      'a key',
      when('kms:Decrypt', 'key/1', { decision: 'implicit-deny' }),
      'may not kms:Decrypt through secretsmanager',
    ],
  ])('%s: a failure', (_what, change, said) => {
    const found = checkOf('permissions', parts, answering(change), asked);
    expect(found).toMatchObject({ status: 'fail', detail: expect.stringContaining(said) });
  });

  test('managed policies of others are simulated on samples alone: a warning', () => {
    const attachedPolicies = ['arn:aws:iam::aws:policy/x'];
    const managed = irsaWorld({ role: soundRole({ inlinePolicies: { ours: policy }, attachedPolicies }) });
    expect(checkOf('permissions', managed, {}, asked)).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining(
        'what else 1 managed policy of somebody else may allow was not looked into',
      ),
    });
  });

  test('an answer that hangs on a key which can’t be given is unknown; an allowance too many is bad all the same', () => {
    const missing = ['aws:SourceVpce'];
    expect(reading({ missing })).toMatchObject({
      status: 'unknown',
      detail: expect.stringContaining('depends on aws:SourceVpce'),
    });
    expect(reading({ missing, decision: 'implicit-deny' }).status).toBe('unknown');
    expect(reading({ missing, decision: 'allowed' }, 'secret:spaces').status).toBe('fail');
  });

  test('a proof that has read something makes it a warning, and no failure a pass', () => {
    const pass = { status: 'pass' as const, detail: '' };
    const proofs = new Map([[host('a'), { access: pass, negative: pass }]]);
    const proven = (change: Partial<SimulatedAnswer>, more: object) =>
      checkOf(
        'permissions',
        parts,
        { ...answering(when('ssm:GetParameter', 'prod/', change)), proofs, ...more },
        asked,
      );
    const missing = { missing: ['aws:SourceVpce'] };
    expect(proven(missing, { probed: true })).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining(
        'depends on aws:SourceVpce (simulated by IAM); the proof of access has passed',
      ),
    });
    expect(proven(missing, { probed: false }).status).toBe('unknown');
    expect(proven({ decision: 'explicit-deny' }, { probed: true }).status).toBe('fail');
  });

  test('what it leaves open is evaluated from the inline policies, and no more than a warning', () => {
    const elsewhere = when('secretsmanager:GetSecretValue', '', { resource: '*' });
    const some = answering(elsewhere);
    expect(checkOf('permissions', parts, some, asked)).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('(simulated by IAM, 2 questions that IAM left open evaluated locally)'),
    });
    const inlinePolicies = { ours: { ...policy, Statement: policy.Statement.slice(1) } };
    const bare = irsaWorld({ role: soundRole({ inlinePolicies }) });
    expect(checkOf('permissions', bare, answering(elsewhere, asked, bare), asked)).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('may not secretsmanager:GetSecretValue under prod/'),
    });
    const refused = answering((answer) =>
      answer.action === 'ssm:GetParameter' ? { decision: 'explicit-deny' } : { resource: '*' },
    );
    expect(checkOf('permissions', parts, refused, asked).status).toBe('fail');
  });

  test('of many things that are wrong, three are told', () => {
    const found = checkOf(
      'permissions',
      parts,
      answering(() => ({ decision: 'explicit-deny' })),
      asked,
    );
    expect(found.detail).toMatch(/; .*; .* and 3 more \(simulated by IAM\)$/);
  });

  test('no role, and a role without any policy', () => {
    expect(checkOf('permissions', withoutRole(parts), {}, asked)).toMatchObject({
      status: 'fail',
      detail: 'the role does not exist',
    });
    const other = irsaWorld({ role: soundRole({ arn: OTHER_ROLE_ARN }) });
    expect(checkOf('permissions', other, {}, asked)).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining(`is ${OTHER_ROLE_ARN}, not`),
    });
    const bare = irsaWorld({ role: soundRole({ inlinePolicies: {} }) });
    expect(checkOf('permissions', bare, {}, asked)).toMatchObject({
      status: 'fail',
      detail: 'the role has no policy: it may read nothing',
    });
  });
});
