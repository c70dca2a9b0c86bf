/** Answers of IAM that are older than what the run has written: they fail no verification, and a role that stays wrong does. */
import { describe, expect, test } from '@jest/globals';
import { spaceOf } from '../support/apply-context.ts';
import { intent, ownedRole } from '../support/factories.ts';
import type { Role } from '../../src/model/world.ts';
import type { FakeSpace } from '../support/fake-space.ts';
import { host } from '../support/names.ts';
import { comingUp, runMode } from '../support/running.ts';

const PODS = intent({ identity: 'pod-identity' });
const MORE = { ...PODS, role: ownedRole({ secretPrefixes: ['prod/', 'more/'] }) };

async function settled(): Promise<FakeSpace> {
  const space = spaceOf({ a: 'nothing', b: 'nothing' });
  expect((await runMode(space, 'apply', PODS)).failure).toBeUndefined();
  return space;
}

/** From the next write of this name on, IAM's reads show the role as it was before, for so long. */
function lagging(space: FakeSpace, call: string, forMs: number): void {
  const { state, read } = space;
  const { aws } = read;
  const [role, simulate] = [aws.role.bind(aws), aws.simulate.bind(aws)];
  space.before = (write) => {
    if (write.call !== call) return;
    space.before = () => undefined;
    const [before, until] = [state.role, state.clock.now() + forMs];
    const late = () => state.clock.now() < until;
    aws.role = async (name) => (late() ? before : await role(name));
    aws.simulate = async (arn, batches) => {
      const now = state.role;
      if (late()) state.role = before;
      const answer = await simulate(arn, batches);
      state.role = now;
      return answer;
    };
  };
}

const SAID = 'the role is looked at again';

describe('stale answers', () => {
  test.each([
    ['putInlinePolicy', { ...MORE, restart: 'never' }, (role: Role) => role],
    [
      'putTrustPolicy',
      { ...PODS, restart: 'never' },
      (role: Role) => ({ ...role, trustPolicy: { Statement: [] } }),
    ],
    // Its pods are restarted, since they had the role that is gone.
    ['createRole', PODS, () => undefined],
  ] as const)('after %s, an apply ends verified all the same', async (call, asked, spoil) => {
    const space = await settled();
    const { state } = space;
    state.role = state.role && spoil(state.role);
    lagging(space, call, 60_000);
    const { failure, record } = await runMode(space, 'apply', asked);
    expect([failure, record.verdict]).toEqual([undefined, 'applied']);
    expect(space.lines.join()).toContain(SAID);
  });

  test('a role that stays wrong fails, after a minute and a half', async () => {
    const space = await settled();
    lagging(space, 'putInlinePolicy', 3_600_000);
    const start = space.state.clock.now();
    const { failure } = await runMode(space, 'apply', MORE);
    expect(failure?.reason).toBe('not-verified');
    expect(failure?.message).toContain('more/');
    expect(space.state.clock.now() - start).toBe(90_000);
  });

  test('what this run has not written is judged at once', async () => {
    const space = await settled();
    const { state, read } = space;
    read.aws.simulate = async () => await Promise.resolve({ kind: 'simulated', answers: [] });
    state.associations = state.associations.filter(({ namespace }) => namespace !== host('a'));
    const { failure, record } = await runMode(space, 'apply', { ...PODS, restart: 'never' });
    expect(failure?.reason).toBe('not-verified');
    expect(record.wroteToAwsAt).toBeDefined();
    expect(space.lines.join()).not.toContain(SAID);
  });

  test('nobody waits for a role that was only half written', async () => {
    const space = await settled();
    space.state.role = undefined;
    space.fault = { nth: space.writes.length + 2, when: 'before' };
    const { failure } = await runMode(space, 'apply', PODS);
    expect(failure?.message).toContain('putInlinePolicy failed as told');
    expect(space.lines.join()).not.toContain(SAID);
  });
});

/** The list is as it was before the run, for so long after its first new association. */
function listedLate(space: FakeSpace, forMs: number): void {
  const { state, read } = space;
  const list = read.aws.associations.bind(read.aws);
  space.before = ({ call }) => {
    if (call !== 'createAssociation') return;
    space.before = () => undefined;
    const [before, until] = [state.associations, state.clock.now() + forMs];
    read.aws.associations = async (...of) => (state.clock.now() < until ? before : await list(...of));
  };
}

describe('associations that are listed late', () => {
  const AGAIN = 'AWS does not show yet what this run has written';

  test('are waited for, and the run ends verified', async () => {
    const space = spaceOf({ a: 'nothing', b: 'nothing' });
    listedLate(space, 60_000);
    const { failure, record } = await runMode(space, 'apply', PODS);
    expect([failure, record.verdict]).toEqual([undefined, 'applied']);
    expect(space.lines.join('\n')).toContain(AGAIN);
  });

  test('are waited for a minute and a half, not longer', async () => {
    const space = spaceOf({ a: 'nothing' });
    listedLate(space, 3_600_000);
    const { failure } = await runMode(space, 'apply', PODS);
    expect(failure?.reason).toBe('not-verified');
    expect(failure?.message).toContain('there is no association');
  });

  test('after a failure nobody waits for them', async () => {
    const space = spaceOf({ a: 'nothing' });
    listedLate(space, 3_600_000);
    space.fault = { nth: 4, when: 'before' };
    const { failure } = await runMode(space, 'apply', PODS);
    expect(failure?.message).toContain('failed as told');
    expect(space.lines.join('\n')).not.toContain(AGAIN);
  });
});

/** From the given write on, a control plane is awaited that is ready after a minute. */
async function withLate(call: string, forMs: number) {
  const space = await settled();
  const { state } = space;
  if (call === 'createRole') state.role = undefined;
  else state.role = state.role && { ...state.role, trustPolicy: { Statement: [] } };
  comingUp(state, 'late');
  lagging(space, call, forMs);
  const start = state.clock.now();
  const ran = await runMode(space, 'apply', PODS);
  return { ...ran, space, ms: state.clock.now() - start };
}

describe('stale answers before a second pass', () => {
  const AGAIN = 'it is looked at again';

  test.each(['createRole', 'putTrustPolicy'])('after %s are no change by somebody else', async (call) => {
    const { failure, space } = await withLate(call, 85_000);
    expect(failure?.message).toBeUndefined();
    expect(space.lines.join('\n')).toContain(AGAIN);
    expect(JSON.stringify(space.state.role?.trustPolicy)).toContain(host('late'));
  });

  test.each(['createRole', 'putTrustPolicy'])('after %s that do not end are one', async (call) => {
    const { failure, ms } = await withLate(call, 3_600_000);
    expect(failure).toMatchObject({ reason: 'plan-changed' });
    expect(ms).toBeLessThanOrEqual(120_000);
  });
});
