/** Probes with placeholders: each control plane's own is read, and another's is refused. */
import { describe, expect, test } from '@jest/globals';
import type { Proof } from '../../src/model/config.ts';
import type { AccessProof } from '../../src/model/evidence.ts';
import type { ReadResult } from '../../src/model/proof-ports.ts';
import { controlPlane, intent } from '../support/factories.ts';
import { START } from '../support/names.ts';
import { fakeRoleAssumer } from './fakes.ts';
import { proofOf, type Scene, scene } from './scene.ts';

const proof: Proof = { access: true, secrets: ['{name}/key', 'shared/x'], parameters: ['/{id}/key'] };
const DONE: ReadResult = { kind: 'read' };
const REFUSED: ReadResult = { kind: 'refused', said: 'AccessDenied: no' };

interface Proven extends AccessProof {
  readonly read: readonly string[];
}

async function proven(
  answer: (name: string, now: number) => ReadResult,
  {
    wroteToAwsAt,
    asked = proof,
    change = (setup) => setup,
  }: { wroteToAwsAt?: number; asked?: Proof; change?: (setup: Scene) => Scene } = {},
): Promise<Proven> {
  const setup = change(scene(intent()));
  const aws = fakeRoleAssumer(setup.state);
  const { clock } = setup.state;
  const names: string[] = [];
  const assumeWithWebIdentity: typeof aws.assumeWithWebIdentity = async (...args) => {
    const assumed = await aws.assumeWithWebIdentity(...args);
    if (assumed.kind !== 'assumed') return assumed;
    const look = async (name: string) => {
      if (assumed.subject.includes('mxp-a-')) names.push(name);
      return await Promise.resolve(answer(name, clock.now()));
    };
    return { ...assumed, session: { readSecret: look, readParameter: look } };
  };
  const read = { ...setup.read, proof: { ...setup.read.proof, aws: { ...aws, assumeWithWebIdentity } } };
  const found = await proofOf({ ...setup, read }, intent(), { proof: asked, wroteToAwsAt });
  return { ...found, read: names };
}

const isolated = (name: string): ReadResult => (/^(ctp-a|\/a|shared)\b/.test(name) ? DONE : REFUSED);

const late = (name: string, now: number): ReadResult =>
  name === 'ctp-b/key' && now < START + 8_000 ? DONE : isolated(name);

describe('each control plane', () => {
  test('reads its own and what all may read, and is refused another’s', async () => {
    const { access, isolation, read } = await proven(isolated);
    expect(access).toMatchObject({
      status: 'pass',
      detail: expect.stringContaining('read secret ctp-a/key, secret shared/x, parameter /a/key'),
    });
    expect(isolation).toEqual({
      status: 'pass',
      detail: 'refused secret ctp-b/key, parameter /b/key of team-a/ctp-b',
    });
    expect(read.toSorted()).toEqual(['/a/key', '/b/key', 'ctp-a/key', 'ctp-b/key', 'shared/x']);
  });

  test.each<[ReadResult, string, string]>([
    [DONE, 'fail', 'it could read secret ctp-b/key of team-a/ctp-b'],
    [{ kind: 'missing', said: 'ResourceNotFound' }, 'fail', 'it could read secret ctp-b/key of team-a/ctp-b'],
    [
      { kind: 'unanswered', said: 'Throttling' },
      'unknown',
      'secret ctp-b/key of team-a/ctp-b: no answer, Throttling',
    ],
  ])('another’s that is $kind', async (answer, status, detail) => {
    const { isolation } = await proven((name) => (name === 'ctp-b/key' ? answer : isolated(name)));
    expect(isolation).toEqual({ status, detail });
  });

  test('is asked again as long as a change of this run may be on its way', async () => {
    expect((await proven(late)).isolation).toMatchObject({ status: 'fail' });
    const { isolation } = await proven(late, { wroteToAwsAt: START });
    expect(isolation).toMatchObject({ status: 'pass' });
  });
});

const alone = (setup: Scene): Scene => ({
  ...setup,
  parts: {
    ...setup.parts,
    controlPlanes: [controlPlane('a'), controlPlane('b', { group: '', name: 'mxp-b-system' })],
  },
});

describe('nothing is asked of others', () => {
  test('when no probe has a placeholder', async () => {
    const plain = { ...proof, secrets: ['shared/x'], parameters: [] };
    const { isolation, read } = await proven(isolated, { asked: plain });
    expect([isolation, read]).toEqual([undefined, ['shared/x']]);
  });

  test('when they have the same, or none that is known', async () => {
    const byGroup = { ...proof, secrets: ['{group}/key'], parameters: [] };
    expect((await proven(() => DONE, { asked: byGroup })).isolation).toBeUndefined();
    const byName = { ...proof, secrets: ['{name}/key'], parameters: [] };
    expect((await proven(isolated, { asked: byName, change: alone })).isolation).toBeUndefined();
  });
});

const nameless = (setup: Scene): Scene => ({
  ...setup,
  parts: { ...setup.parts, controlPlanes: [controlPlane('a', { group: '', name: 'mxp-a-system' })] },
});

test('a probe whose placeholder has no value there was not read, and nothing is proven by it', async () => {
  const asked = { ...proof, secrets: ['shared/x', '{group}/{name}/key'], parameters: [] };
  const { access, read } = await proven(() => DONE, { asked, change: nameless });
  expect(access).toMatchObject({
    status: 'unknown',
    detail: expect.stringContaining(
      '; {group}/{name}/key was not read: what {group}, {name} stands for is not known',
    ),
  });
  expect(read).toEqual(['shared/x']);
});
