/** What is read with a session that is sound. */
import { expect, test } from '@jest/globals';
import type { Proof } from '../../src/model/config.ts';
import type { Finding } from '../../src/model/evidence.ts';
import type { ReadResult } from '../../src/model/proof-ports.ts';
import { intent } from '../support/factories.ts';
import { START } from '../support/names.ts';
import { fakeRoleAssumer } from './fakes.ts';
import { proofOf, scene } from './scene.ts';

const proof: Proof = { access: true, secrets: ['prod/db'], parameters: ['/prod/key'] };
const DONE: ReadResult = { kind: 'read' };
const REFUSED: ReadResult = { kind: 'refused', said: 'AccessDenied: no' };

/** The proof of access with sessions that answer so, and when it was made. */
async function proven(
  secret: (now: number) => ReadResult,
  parameter: ReadResult,
  wroteToAwsAt?: number,
): Promise<Finding & { readonly tookMs: number }> {
  const setup = scene(intent());
  const aws = fakeRoleAssumer(setup.state);
  const { clock } = setup.state;
  const session = {
    readSecret: async () => await Promise.resolve(secret(clock.now())),
    readParameter: async () => await Promise.resolve(parameter),
  };
  const assumeWithWebIdentity: typeof aws.assumeWithWebIdentity = async (...args) => {
    const answer = await aws.assumeWithWebIdentity(...args);
    return answer.kind === 'assumed' ? { ...answer, session } : answer;
  };
  const read = { ...setup.read, proof: { ...setup.read.proof, aws: { ...aws, assumeWithWebIdentity } } };
  const { access } = await proofOf({ ...setup, read }, intent(), { proof, wroteToAwsAt });
  return { ...access, tookMs: clock.now() - START };
}

test.each<[ReadResult, string, string]>([
  [DONE, 'pass', 'read secret prod/db, parameter /prod/key'],
  [REFUSED, 'fail', 'parameter /prod/key: refused, AccessDenied: no'],
  [{ kind: 'missing', said: 'ParameterNotFound' }, 'fail', 'there is nothing of this name'],
  [{ kind: 'unanswered', said: 'Throttling' }, 'unknown', 'no answer, Throttling'],
])('$kind', async (reading, status, said) => {
  expect(await proven(() => DONE, reading)).toMatchObject({ status, detail: expect.stringContaining(said) });
});

test('the first that can not be read is told, after what the session is', async () => {
  const { status, detail } = await proven(() => REFUSED, DONE);
  expect(status).toBe('fail');
  expect(detail).toMatch(/^assumed .*; secret prod\/db: refused, AccessDenied: no$/);
});

test('a refusal is tried again as long as a change of this run may be on its way, and no other', async () => {
  const granted = (now: number): ReadResult => (now < START + 8_000 ? REFUSED : DONE);
  expect(await proven(granted, DONE)).toMatchObject({ status: 'fail', tookMs: 0 });
  expect(await proven(granted, DONE, START)).toMatchObject({ status: 'pass' });
  expect(await proven(() => REFUSED, DONE, START)).toMatchObject({ status: 'fail', tookMs: 90_000 });
});
