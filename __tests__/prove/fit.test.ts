/** Sessions that are not what they should be, and what is read with those that are. */
import { describe, expect, test } from '@jest/globals';
import type { Intent, Proof } from '../../src/model/config.ts';
import type { AssumeResult, ReadResult } from '../../src/model/ports.ts';
import { association, intent } from '../support/factories.ts';
import { ACCOUNT, host, ISSUER, ROLE, SERVICE_ACCOUNT } from '../support/names.ts';
import { fakeProver } from './fakes.ts';
import { byPod, proofOf, scene } from './scene.ts';

const reads = async (): Promise<ReadResult> => await Promise.resolve({ kind: 'read' });

const accessBy = async (asked: Intent, attempt: AssumeResult) => {
  const answer = async () => await Promise.resolve(attempt);
  const scenery = scene(asked, { assumeWithWebIdentity: answer, assumeForPodIdentity: answer });
  return (await proofOf(scenery, asked)).access;
};

describe('what does not fit', () => {
  const base = {
    kind: 'assumed' as const,
    assumedRole: `arn:aws:sts::${ACCOUNT}:assumed-role/${ROLE}/s`,
    subject: `system:serviceaccount:${host('a')}:${SERVICE_ACCOUNT}`,
    session: { readSecret: reads, readParameter: reads },
  };
  const web = { ...base, audience: 'sts.amazonaws.com', provider: ISSUER };
  const there = association('a');
  const eks = { ...base, audience: 'pods.eks.amazonaws.com', association: { id: there.id, arn: there.arn } };
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

describe('probes', () => {
  const proof: Proof = { access: true, secrets: ['prod/db'], parameters: ['/prod/key'] };
  const answering = async (secret: ReadResult, parameter: ReadResult) => {
    const there = scene(intent());
    const aws = fakeProver(there.state);
    const session = {
      readSecret: async () => await Promise.resolve(secret),
      readParameter: async () => await Promise.resolve(parameter),
    };
    const assume: typeof aws.assumeWithWebIdentity = async (...args) => {
      const answer = await aws.assumeWithWebIdentity(...args);
      return answer.kind === 'assumed' ? { ...answer, session } : answer;
    };
    const read = {
      ...there.read,
      proof: { ...there.read.proof, aws: { ...aws, assumeWithWebIdentity: assume } },
    };
    return (await proofOf({ read, world: there.world }, intent(), { proof })).access;
  };
  const done: ReadResult = { kind: 'read' };

  test.each<[ReadResult, string, string]>([
    [done, 'pass', 'read secret prod/db, parameter /prod/key'],
    [{ kind: 'refused', said: 'AccessDenied: no' }, 'fail', 'parameter /prod/key: refused, AccessDenied: no'],
    [{ kind: 'missing', said: 'ParameterNotFound' }, 'fail', 'there is nothing of this name'],
    [{ kind: 'unanswered', said: 'Throttling' }, 'unknown', 'no answer, Throttling'],
  ])('$kind', async (reading, status, said) => {
    expect(await answering(done, reading)).toMatchObject({ status, detail: expect.stringContaining(said) });
  });
});
