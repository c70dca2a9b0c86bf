/** The proof over the in-memory world: who is let in, who must not be, and how long a change may be on its way. */
import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/model/failure.ts';
import type { AssumeResult, Readers } from '../../src/model/ports.ts';
import { irsaTrust } from '../../src/policy/trust.ts';
import { prove } from '../../src/prove/prove.ts';
import { intent, ownedRole, role } from '../support/factories.ts';
import type { FakeSpace } from '../support/fake-space.ts';
import { host, ISSUER, ROLE, ROLE_ARN, SERVICE_ACCOUNT, START } from '../support/names.ts';
import { pod, running } from '../support/workloads.ts';
import { byPod, NONE, proofOf, scene, trusted } from './scene.ts';

/** Lets time pass whenever somebody sleeps. */
const elapsed = ({ state }: FakeSpace): number => state.clock.now() - START;

describe.each([intent(), byPod])('$identity', (asked) => {
  test('the workload is let in, and strangers are not', async () => {
    const there = scene(asked);
    const { access, negative } = await proofOf(there, asked);
    expect(access).toMatchObject({
      status: 'pass',
      detail: expect.stringContaining(`assumed-role/${ROLE}/session as system:serviceaccount:${host('a')}:`),
    });
    expect(negative).toMatchObject({
      status: 'pass',
      detail: expect.stringContaining(`${host('a')}:default is refused`),
    });
    expect(negative.detail).toContain('does not exist, so there is nobody to refuse');
    expect(elapsed(there.space)).toBe(0);
  });

  test('what is refused without a change of ours is refused at once', async () => {
    const there = scene(asked);
    there.state.role = role();
    const { access } = await proofOf(there, asked);
    expect(access).toMatchObject({ status: 'fail', detail: expect.stringContaining('is refused: ') });
    expect(elapsed(there.space)).toBe(0);
  });

  test('after a change of ours it may take a while, and never longer than a minute and a half', async () => {
    const late = scene(asked);
    const { role: sound } = late.state;
    late.state.role = role();
    late.state.clock.after(8_000, () => (late.state.role = sound));
    expect(await proofOf(late, asked, { wroteToAwsAt: START })).toMatchObject({ access: { status: 'pass' } });
    expect(elapsed(late.space)).toBeLessThan(30_000);

    const wrong = scene(asked);
    wrong.state.role = role();
    expect(await proofOf(wrong, asked, { wroteToAwsAt: START })).toMatchObject({
      access: { status: 'fail' },
    });
    expect(elapsed(wrong.space)).toBe(90_000);
  });

  test('no answer is unknown', async () => {
    const said: AssumeResult = { kind: 'unanswered', said: 'Throttling' };
    const silent = async () => await Promise.resolve(said);
    const there = scene(asked, { assumeWithWebIdentity: silent, assumeForPodIdentity: silent });
    const { access, negative } = await proofOf(there, asked);
    expect([access.status, negative.status]).toEqual(['unknown', 'unknown']);
    expect(access.detail).toContain('Throttling');
  });

  test('a job that may not take tokens proves nothing', async () => {
    const there = scene(asked);
    const refused = { kind: 'refused' as const, why: 'forbidden' };
    const tokens: Readers['proof']['tokens'] = {
      withTokens: async (_accounts, body) => await body(async () => await Promise.resolve(refused)),
    };
    const read = { ...there.read, proof: { ...there.read.proof, tokens } };
    const { access, negative } = await proofOf({ read, world: there.world }, asked);
    expect([access, negative].map(({ status, detail }) => [status, detail.includes('forbidden')])).toEqual([
      ['unknown', true],
      ['unknown', true],
    ]);
  });
});

const namesake = () => {
  const there = scene(intent());
  there.state.annotations = new Map([...there.state.annotations, ['default', undefined]]);
  return there;
};

describe('strangers', () => {
  const wide = irsaTrust({ ...trusted, scope: 'any-namespace' }, ISSUER);
  test('a namesake in namespace default is refused', async () => {
    const { negative } = await proofOf(namesake(), intent());
    expect(negative).toMatchObject({
      status: 'pass',
      detail: expect.stringContaining(`default:${SERVICE_ACCOUNT} is refused`),
    });
  });

  test('let in, it is a failure, unless any namespace was to be trusted', async () => {
    const there = namesake();
    there.state.role = role({ trustPolicy: wide });
    expect((await proofOf(there, intent())).negative).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('could assume'),
    });
    const anyNamespace = intent({ role: ownedRole({ trustScope: 'any-namespace' }) });
    expect((await proofOf(there, anyNamespace)).negative.status).toBe('warn');
    expect(
      (await proofOf(there, intent({ role: { kind: 'referenced', arn: ROLE_ARN } }))).negative.status,
    ).toBe('warn');
  });

  test('one who is still let in by a policy of a moment ago has time to be turned away', async () => {
    const there = namesake();
    const { role: sound } = there.state;
    there.state.role = role({ trustPolicy: wide });
    there.state.clock.after(8_000, () => (there.state.role = sound));
    expect((await proofOf(there, intent(), { wroteToAwsAt: START })).negative.status).toBe('pass');
  });

  test('with Pod Identity their tokens are bound to a pod of theirs, where there is one', async () => {
    const there = scene(byPod);
    const strangers = [
      pod('a', 'nothing', { name: 'other', uid: 'uid-other' }),
      pod('b', 'nothing', { deleting: true }),
    ];
    const kubernetes = {
      ...there.read.kubernetes,
      workloads: async () => await Promise.resolve({ serviceAccounts: [], deployments: [], pods: strangers }),
    };
    await proofOf({ ...there, read: { ...there.read, kubernetes } }, byPod);
    const ofDefault = there.taken.filter(({ serviceAccount }) => serviceAccount === 'default');
    expect(ofDefault.map((one) => [one.namespace, one.pod])).toEqual([
      [host('a'), { name: 'other', uid: 'uid-other' }],
      [host('b'), undefined],
    ]);
  });
});

test('without control planes nothing is started; without a running pod nothing is proven for Pod Identity', async () => {
  const none = scene(intent());
  const world = running({});
  expect([
    ...(await prove({ read: none.read, intent: intent(), proof: NONE, world, wroteToAwsAt: undefined })),
  ]).toEqual([]);
  expect(none.taken).toEqual([]);
  const idle = scene(byPod);
  const noPods = { ...idle.world, workloads: { ...idle.world.workloads, pods: [] } };
  expect((await proofOf({ read: idle.read, world: noPods }, byPod)).access).toEqual({
    status: 'unknown',
    detail: 'no running pod to take a token for',
  });
});

test('a proxy that does not come up leaves everything unknown; a cancelled job ends', async () => {
  const there = scene(intent());
  const failing = (reason: 'tool-unavailable' | 'cancelled') => {
    const failure = new Failure(reason, { tried: 'start it', said: 'no', next: '' });
    const tokens = { withTokens: async () => await Promise.reject(failure) };
    return proofOf(
      { read: { ...there.read, proof: { ...there.read.proof, tokens } }, world: there.world },
      intent(),
    );
  };
  const unknown = { status: 'unknown', detail: 'start it: no' };
  expect(await failing('tool-unavailable')).toEqual({ access: unknown, negative: unknown });
  await expect(failing('cancelled')).rejects.toMatchObject({ reason: 'cancelled' });
});
