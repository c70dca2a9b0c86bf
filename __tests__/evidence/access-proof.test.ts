/** The proof over the in-memory world: who is let in, who must not be, and how long a change may be on its way. */
import { describe, expect, test } from '@jest/globals';
import { proveAccess } from '../../src/evidence/access-proof.ts';
import { Failure } from '../../src/model/failure.ts';
import type { Readers } from '../../src/model/ports.ts';
import type { AssumeResult } from '../../src/model/proof-ports.ts';
import { irsaTrust } from '../../src/policy/trust-documents.ts';
import { controlPlane, intent, ownedRole, role, type WorldParts } from '../support/factories.ts';
import type { FakeSpace } from '../support/fake-space.ts';
import { host, ROLE, ROLE_ARN, SERVICE_ACCOUNT, START } from '../support/names.ts';
import { deployment, pod, running } from '../support/workloads.ts';
import { byPod, contextOf, proofOf, scene, trusted } from './scene.ts';

/** Lets time pass whenever somebody sleeps. */
const elapsed = ({ state }: FakeSpace): number => state.clock.now() - START;

describe.each([intent(), byPod])('$identity', (asked) => {
  test('the workload is let in, and other accounts are not', async () => {
    const setup = scene(asked);
    const { access, negative } = await proofOf(setup, asked);
    expect(access).toMatchObject({
      status: 'pass',
      detail: expect.stringContaining(`assumed-role/${ROLE}/session as system:serviceaccount:${host('a')}:`),
    });
    expect(negative).toMatchObject({
      status: 'pass',
      detail: expect.stringContaining(`${host('a')}:default is refused`),
    });
    expect(negative.detail).toContain('does not exist, so there is nobody to refuse');
    expect(elapsed(setup.space)).toBe(0);
  });

  test('what is refused without a change of ours is refused at once', async () => {
    const setup = scene(asked);
    setup.state.role = role();
    const { access } = await proofOf(setup, asked);
    expect(access).toMatchObject({ status: 'fail', detail: expect.stringContaining('is refused: ') });
    expect(elapsed(setup.space)).toBe(0);
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
    const setup = scene(asked, { assumeWithWebIdentity: silent, assumeForPodIdentity: silent });
    const { access, negative } = await proofOf(setup, asked);
    expect([access.status, negative.status]).toEqual(['unknown', 'unknown']);
    expect(access.detail).toContain('Throttling');
  });

  test('a job that may not take tokens proves nothing', async () => {
    const setup = scene(asked);
    const refused = { kind: 'refused' as const, why: 'forbidden' };
    const tokens: Readers['proof']['tokens'] = {
      withTokens: async (_accounts, body) => await body(async () => await Promise.resolve(refused)),
    };
    const read = { ...setup.read, proof: { ...setup.read.proof, tokens } };
    const { access, negative } = await proofOf({ ...setup, read }, asked);
    expect([access, negative].map(({ status, detail }) => [status, detail.includes('forbidden')])).toEqual([
      ['unknown', true],
      ['unknown', true],
    ]);
  });
});

const namesake = () => {
  const setup = scene(intent());
  setup.state.annotations = new Map([...setup.state.annotations, ['default', undefined]]);
  return setup;
};

describe('other accounts', () => {
  const wide = irsaTrust({ ...trusted, scope: 'any-namespace' });
  test('a namesake in namespace default is refused', async () => {
    const { negative } = await proofOf(namesake(), intent());
    expect(negative).toMatchObject({
      status: 'pass',
      detail: expect.stringContaining(`default:${SERVICE_ACCOUNT} is refused`),
    });
  });

  test('let in, it is a failure, unless any namespace was to be trusted', async () => {
    const setup = namesake();
    setup.state.role = role({ trustPolicy: wide });
    expect((await proofOf(setup, intent())).negative).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('could assume'),
    });
    const anyNamespace = intent({ role: ownedRole({ trustScope: 'any-namespace' }) });
    expect((await proofOf(setup, anyNamespace)).negative.status).toBe('warn');
    expect(
      (await proofOf(setup, intent({ role: { kind: 'referenced', arn: ROLE_ARN } }))).negative.status,
    ).toBe('warn');
  });

  test('one who is still let in by a policy of a moment ago has time to be turned away', async () => {
    const setup = namesake();
    const { role: sound } = setup.state;
    setup.state.role = role({ trustPolicy: wide });
    setup.state.clock.after(8_000, () => (setup.state.role = sound));
    expect((await proofOf(setup, intent(), { wroteToAwsAt: START })).negative.status).toBe('pass');
  });

  test('an OIDC provider that STS does not know yet has told nothing of the role', async () => {
    const said: AssumeResult = {
      kind: 'refused',
      said: 'InvalidIdentityToken: No OpenIDConnect provider found',
      mayPass: true,
      ofToken: true,
    };
    const setup = scene(intent());
    const { clock } = setup.state;
    const { aws } = setup.read.proof;
    const assumeWithWebIdentity: typeof aws.assumeWithWebIdentity = async (...args) =>
      clock.now() < START + 8_000 ? said : await aws.assumeWithWebIdentity(...args);
    const read = { ...setup.read, proof: { ...setup.read.proof, aws: { ...aws, assumeWithWebIdentity } } };
    expect((await proofOf({ ...setup, read }, intent())).negative.status).toBe('unknown');
    expect((await proofOf({ ...setup, read }, intent(), { wroteToAwsAt: START })).negative.status).toBe(
      'pass',
    );
  });

  test('a workload of account default is nobody else', async () => {
    const asked = intent({ serviceAccount: 'default' });
    const setup = scene(asked);
    setup.state.role = role({ trustPolicy: irsaTrust({ ...trusted, serviceAccount: 'default' }) });
    const { access, negative } = await proofOf(setup, asked);
    expect([access.status, negative.status]).toEqual(['pass', 'pass']);
    expect(negative.detail).toBe('system:serviceaccount:default:default is refused (AccessDenied)');
  });

  test('with Pod Identity their tokens are bound to a pod of theirs, where there is one', async () => {
    const setup = scene(byPod);
    const pods = [
      pod('a', 'nothing', { name: 'other', uid: 'uid-other' }),
      pod('b', 'nothing', { deleting: true }),
    ];
    const kubernetes = {
      ...setup.read.kubernetes,
      workloads: async () => await Promise.resolve({ serviceAccounts: [], deployments: [], pods }),
    };
    await proofOf({ ...setup, read: { ...setup.read, kubernetes } }, byPod);
    const ofDefault = setup.taken.filter(({ serviceAccount }) => serviceAccount === 'default');
    expect(ofDefault.map((request) => [request.namespace, request.pod])).toEqual([
      [host('a'), { name: 'other', uid: 'uid-other' }],
      [host('b'), undefined],
    ]);
  });
});

test('without control planes nothing is started; without a running pod nothing is proven for Pod Identity', async () => {
  const none = scene(intent());
  const empty = { ...none, parts: running({}) };
  expect([...(await proveAccess(contextOf(empty, intent())))]).toEqual([]);
  expect(none.taken).toEqual([]);
  const idle = scene(byPod);
  const parts = { ...idle.parts, workloads: { ...idle.parts.workloads, pods: [] } };
  expect((await proofOf({ ...idle, parts }, byPod)).access).toEqual({
    status: 'unknown',
    detail: 'no running pod to take a token for',
  });
});

test('a proxy that does not come up leaves everything unknown; a cancelled job ends', async () => {
  const setup = scene(intent());
  const failing = (reason: 'tool-unavailable' | 'cancelled') => {
    const failure = new Failure(reason, { tried: 'start it', said: 'no', next: '' });
    const tokens = { withTokens: async () => await Promise.reject(failure) };
    const read = { ...setup.read, proof: { ...setup.read.proof, tokens } };
    return proofOf({ ...setup, read }, intent());
  };
  const unknown = { status: 'unknown', detail: 'start it: no' };
  expect(await failing('tool-unavailable')).toEqual({ access: unknown, negative: unknown });
  await expect(failing('cancelled')).rejects.toMatchObject({ reason: 'cancelled' });
});

test('nothing new is begun once the job is cancelled', async () => {
  const setup = scene(intent());
  setup.state.clock.cancel();
  await expect(proofOf(setup, intent())).rejects.toMatchObject({ reason: 'cancelled' });
  // The namesake stands for all control planes: it is asked for before the first of them.
  expect(setup.taken.map(({ namespace }) => namespace)).toEqual(['default']);
});

test('of a control plane that is not ready nothing is proven', async () => {
  const setup = scene(intent());
  const controlPlanes = [controlPlane('a'), controlPlane('b', { notReady: 'it has no ID yet' })];
  const context = contextOf({ ...setup, parts: { ...setup.parts, controlPlanes } }, intent());
  expect([...(await proveAccess(context)).keys()]).toEqual([host('a')]);
  expect(setup.space.lines).toEqual(['proving access for 1 control plane']);
});

const podAt = (name: string, createdAt: number, phase = 'Running') =>
  pod('a', 'pod-identity', { name, uid: name, createdAt, phase });

test('the token of a workload is bound to its youngest pod that runs', async () => {
  const setup = scene(byPod);
  const pods = [podAt('old', 1), podAt('young', 3), podAt('middle', 2), podAt('coming', 4, 'Pending')];
  await proofOf({ ...setup, parts: withPods(setup.parts, pods) }, byPod);
  const own = setup.taken.filter(
    ({ namespace, serviceAccount }) => namespace === host('a') && serviceAccount === SERVICE_ACCOUNT,
  );
  expect(own.map((request) => request.pod?.name)).toEqual(['young']);
});

describe('namespace default', () => {
  const inDefault = pod('a', 'pod-identity', { namespace: 'default', name: 'namesake', uid: 'uid-namesake' });

  test('with Pod Identity the namesake’s token is bound to its pod', async () => {
    const setup = scene(byPod);
    setup.state.annotations = new Map([...setup.state.annotations, ['default', undefined]]);
    const parts = withPods(setup.parts, [...setup.parts.workloads.pods, inDefault]);
    const { negative } = await proofOf({ ...setup, parts }, byPod);
    expect(setup.taken[0]).toMatchObject({
      namespace: 'default',
      pod: { name: 'namesake', uid: 'uid-namesake' },
    });
    expect(negative).toMatchObject({
      status: 'pass',
      detail: expect.stringContaining(`default:${SERVICE_ACCOUNT} is refused`),
    });
  });

  test('a workload in there is its own namesake: it is not turned away', async () => {
    const setup = scene(intent());
    setup.state.annotations = new Map([['default', ROLE_ARN]]);
    setup.state.role = role({ trustPolicy: irsaTrust({ ...trusted, namespaces: ['default'] }) });
    const parts: WorldParts = {
      ...setup.parts,
      controlPlanes: [controlPlane('a', { group: '', name: 'default', namespace: 'default' })],
      workloads: {
        serviceAccounts: [{ namespace: 'default', roleArn: ROLE_ARN }],
        deployments: [deployment('a', { namespace: 'default' })],
        pods: [inDefault],
      },
    };
    const proof = (await proveAccess(contextOf({ ...setup, parts }, intent()))).get('default');
    expect(proof).toMatchObject({ access: { status: 'pass' }, negative: { status: 'pass' } });
    expect(proof?.negative.detail).not.toContain(SERVICE_ACCOUNT);
  });
});

function withPods(parts: WorldParts, pods: WorldParts['workloads']['pods']): WorldParts {
  return { ...parts, workloads: { ...parts.workloads, pods } };
}
