/** What a proof of access says, and whether another attempt could end otherwise. */
import { describe, expect, test } from '@jest/globals';
import { isFinalFor, judgeAccess, judgeRefusals } from '../../src/evidence/proof-findings.ts';
import type { Intent } from '../../src/model/config.ts';
import type { AccountPrincipal } from '../../src/model/evidence.ts';
import type { PrincipalResult } from '../../src/model/mechanism.ts';
import type { AssumeResult, ReadResult } from '../../src/model/proof-ports.ts';
import { association, intent } from '../support/factories.ts';
import { ACCOUNT, host, ISSUER, ROLE, ROLE_ARN, SERVICE_ACCOUNT } from '../support/names.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';
import { byPod, proofOf, scene, trusted } from './scene.ts';

const reads = async (): Promise<ReadResult> => await Promise.resolve({ kind: 'read' });

const base = {
  kind: 'assumed' as const,
  assumedRole: `arn:aws:sts::${ACCOUNT}:assumed-role/${ROLE}/s`,
  subject: `system:serviceaccount:${host('a')}:${SERVICE_ACCOUNT}`,
  session: { readSecret: reads, readParameter: reads },
};
const web = { ...base, audience: 'sts.amazonaws.com', provider: ISSUER };
const { id, arn } = association('a');
const eks = { ...base, audience: 'pods.eks.amazonaws.com', association: { id, arn } };

const accessBy = async (asked: Intent, attempt: AssumeResult) => {
  const answer = async () => await Promise.resolve(attempt);
  const setup = scene(asked, { assumeWithWebIdentity: answer, assumeForPodIdentity: answer });
  return (await proofOf(setup, asked)).access;
};

describe('what does not fit', () => {
  test.each<[string, Intent, AssumeResult, string]>([
    ['the issuer in place of the provider’s ARN', intent(), web, 'pass'],
    ['another subject', intent(), { ...web, subject: 'system:serviceaccount:x:y' }, 'fail'],
    ['another audience', intent(), { ...web, audience: 'x' }, 'fail'],
    ['another provider', intent(), { ...web, provider: `${ISSUER}X` }, 'fail'],
    ['another role', intent(), { ...web, assumedRole: base.assumedRole.replace(ROLE, 'other') }, 'fail'],
    [
      'a role of another account',
      intent(),
      { ...web, assumedRole: base.assumedRole.replace(ACCOUNT, '444455556666') },
      'fail',
    ],
    ['the association', byPod, eks, 'pass'],
    ['another association', byPod, { ...eks, association: { ...eks.association, id: 'a-x' } }, 'fail'],
    [
      'an association of another ARN',
      byPod,
      { ...eks, association: { ...eks.association, arn: 'arn:x' } },
      'fail',
    ],
    ['another audience', byPod, { ...eks, audience: 'sts.amazonaws.com' }, 'fail'],
  ])('%s', async (_what, asked, attempt, status) => {
    expect((await accessBy(asked, attempt)).status).toBe(status);
  });
});

const desired = desiredOf(intent());
const refused = (mayPass: boolean): AssumeResult => ({
  kind: 'refused',
  said: 'AccessDenied: no',
  mayPass,
  ofToken: false,
});
const tokenRefused: AssumeResult = {
  kind: 'refused',
  said: 'InvalidToken: no',
  mayPass: false,
  ofToken: true,
};
const principal = (namespace: string, serviceAccount = SERVICE_ACCOUNT): AccountPrincipal => ({
  namespace,
  serviceAccount,
  pod: undefined,
});

describe('whether it could still end otherwise', () => {
  const { parts } = scene(intent());
  const [first] = worldOf(intent(), parts).placed;
  const isFinal = (result: PrincipalResult): boolean | undefined =>
    first &&
    isFinalFor({ desired, target: trusted.target, host: first, principal: principal(host('a')) })(result);

  test.each<[string, PrincipalResult, boolean]>([
    ['a refusal that a change may lift', refused(true), false],
    ['a refusal for good', refused(false), true],
    ['no answer', { kind: 'unanswered', said: 'Throttling' }, true],
    ['no token', { kind: 'no-token', why: 'forbidden' }, true],
    ['a sound session', web, true],
    ['a session of another role', { ...web, assumedRole: 'x' }, false],
  ])('%s', (_what, result, expected) => {
    expect(isFinal(result)).toBe(expected);
  });
});

test.each<[string, PrincipalResult, string, string]>([
  ['a refusal', refused(true), 'fail', 'is refused: AccessDenied: no'],
  ['no answer', { kind: 'unanswered', said: 'Throttling' }, 'unknown', 'no answer from AWS: Throttling'],
  ['no account', { kind: 'absent', why: 'no such account' }, 'unknown', 'no token could be taken: no such'],
  ['no token', { kind: 'no-token', why: 'forbidden' }, 'unknown', 'no token could be taken: forbidden'],
])('%s proves no access', (_what, result, status, said) => {
  const found = worldOf(intent(), scene(intent()).parts).placed.map((placed) =>
    judgeAccess(result, { desired, target: trusted.target, host: placed, principal: principal(host('a')) }),
  );
  expect(found[0]).toMatchObject({ status, detail: expect.stringContaining(said) });
});

const judged = (...results: readonly PrincipalResult[]) =>
  judgeRefusals(
    results.map((result) => ({ principal: principal('x'), result })),
    desired,
  );

describe('those who must be refused', () => {
  const who = `system:serviceaccount:x:${SERVICE_ACCOUNT}`;
  const absent: PrincipalResult = { kind: 'absent', why: 'no such account' };
  const noToken: PrincipalResult = { kind: 'no-token', why: 'forbidden' };

  test('the worst counts, with all that are as bad', () => {
    expect(judged(refused(true), absent)).toEqual({
      status: 'pass',
      detail: `${who} is refused (AccessDenied); ${who} does not exist, so there is nobody to refuse`,
    });
    expect(judged(refused(true), noToken, { kind: 'unanswered', said: 'Throttling' })).toEqual({
      status: 'unknown',
      detail: `${who}: no token could be taken, forbidden; ${who}: no answer from AWS, Throttling`,
    });
    expect(judged(noToken, web)).toEqual({
      status: 'fail',
      detail: `${who} could assume ${web.assumedRole}`,
    });
  });

  test.each([
    ['another account of its own namespace', principal('a', 'default')],
    ['its namesake elsewhere', principal('default')],
  ])('of a role made elsewhere it is told: %s', (_who, other) => {
    const elsewhere = desiredOf(intent({ role: { kind: 'referenced', arn: ROLE_ARN } }));
    expect(judgeRefusals([{ principal: other, result: web }], elsewhere).status).toBe('warn');
  });

  test('a token that is not taken says nothing of the role', () => {
    expect(judged(refused(true), tokenRefused)).toEqual({
      status: 'unknown',
      detail: `${who}: its token is refused (InvalidToken), which says nothing of the role`,
    });
    const bound = { ...principal('x'), pod: { name: 'other', uid: 'uid' } };
    expect(judgeRefusals([{ principal: bound, result: tokenRefused }], desiredOf(byPod)).status).toBe(
      'unknown',
    );
  });

  test('with Pod Identity an account that no pod runs as has no token that is taken', () => {
    expect(judgeRefusals([{ principal: principal('x'), result: tokenRefused }], desiredOf(byPod))).toEqual({
      status: 'pass',
      detail: `${who}: no pod runs as it, so there is nobody to refuse; without one its token is refused (InvalidToken)`,
    });
  });

  test('nobody tried is nothing known', () => {
    expect(judged()).toEqual({ status: 'unknown', detail: '' });
  });
});
