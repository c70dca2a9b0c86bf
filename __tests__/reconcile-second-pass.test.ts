/** A reviewed plan lets nobody else in: what a run does for control planes that become ready on the way, and for no others. */
import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../src/model/config.ts';
import { rawControlPlane } from './support/factories.ts';
import { spaceOf } from './support/apply-context.ts';
import { annotationOf, provision } from './support/fake-helm.ts';
import type { Role } from '../src/model/world.ts';
import type { FakeSpace, Write } from './support/fake-space.ts';
import { setAssociations } from './support/fake-state.ts';
import { host, OTHER_ROLE_ARN, ROLE_ARN } from './support/names.ts';
import { comingUp, type Ran, runMode, setAnnotationValue } from './support/running.ts';
import { IRSA, PODS } from './support/settled.ts';

const SETTLED = host('a');
const AWAITED = host('late');
const UNPLANNED = host('unplanned');

/** One control plane that is served at once, and one that is still being made. */
function waiting(): FakeSpace {
  const space = spaceOf({ a: 'nothing' });
  comingUp(space.state, 'late');
  return space;
}

/** Applies, with the digest of a plan that was reviewed before or without one. */
async function applied(space: FakeSpace, isReviewed: boolean, asked: Intent = PODS): Promise<Ran> {
  const { record } = await runMode(space, 'plan', asked);
  const expectedPlan = record.plan?.digest ?? '';
  return await runMode(space, 'apply', asked, isReviewed ? { expectedPlan } : {});
}

/**
 * Lets something happen while the run waits for the late one, when all else of the first pass is over. Tells what was written
 * from then on.
 */
function meanwhile({ state, writes }: FakeSpace, effect: () => void): () => readonly Write[] {
  let before: number | undefined;
  state.clock.after(50_000, () => {
    before = writes.length;
    effect();
  });
  return () => {
    if (before === undefined || before === 0) throw new Error('it did not happen after the first pass');
    return writes.slice(before);
  };
}

const calls = (writes: readonly Write[]): readonly string[] => writes.map(({ call }) => call);

function roleOf({ state: { role } }: FakeSpace): Role {
  if (role === undefined) throw new Error('the first pass made no role');
  return role;
}

describe.each([true, false])('with a reviewed plan: %s', (isReviewed) => {
  test.each([IRSA, PODS])('the control plane that was waited for is served (%#)', async (asked) => {
    const space = waiting();
    const { record, failure } = await applied(space, isReviewed, asked);
    expect(failure).toBeUndefined();
    expect([...record.restarted].toSorted()).toContain(SETTLED);
    expect(
      record.checks?.filter(({ namespace }) => namespace === AWAITED).map(({ status }) => status),
    ).toEqual(expect.arrayContaining(['pass']));
    expect(record.after?.placed.map(({ state }) => state.kind)).toEqual(['served', 'served']);
    expect(JSON.stringify(roleOf(space).trustPolicy)).toContain(AWAITED);
  });

  test.each([IRSA, PODS])(
    'one that appears meanwhile is not served, restarted or verified, and a warning names it (%#)',
    async (asked) => {
      const space = waiting();
      const written = meanwhile(space, () => {
        const unplanned = rawControlPlane('unplanned', { group: 'team-z' });
        space.state.controlPlanes = [...space.state.controlPlanes, unplanned];
        provision(space.state, UNPLANNED);
      });
      const { record, failure } = await applied(space, isReviewed, asked);
      expect(failure).toBeUndefined();
      expect(calls(written())).toContain('putTrustPolicy');
      expect(JSON.stringify(space.writes)).not.toContain(UNPLANNED);
      expect([...record.restarted].toSorted()).not.toContain(UNPLANNED);
      expect(record.checks?.map(({ namespace }) => namespace)).toContain(AWAITED);
      expect(record.checks?.map(({ namespace }) => namespace)).not.toContain(UNPLANNED);
      expect(space.warnings).toContain(
        'not served, since they appeared while this run was under way: team-z/ctp-unplanned',
      );
      // The next run serves it.
      const next = await runMode(space, 'apply', asked);
      expect(next.failure).toBeUndefined();
      expect(JSON.stringify(roleOf(space).trustPolicy)).toContain(UNPLANNED);
    },
  );

  test('nor is one that is made anew under the name of another', async () => {
    const space = waiting();
    const written = meanwhile(space, () => {
      const again = rawControlPlane('again', { name: 'ctp-a' });
      space.state.controlPlanes = space.state.controlPlanes.map((controlPlane) =>
        controlPlane.id === 'a' ? again : controlPlane,
      );
      provision(space.state, host('again'));
    });
    const { record, failure } = await applied(space, isReviewed);
    expect(failure).toBeUndefined();
    expect(calls(written())).toEqual(['putTrustPolicy', 'createAssociation', 'restart']);
    expect(JSON.stringify(written())).not.toContain(host('again'));
    expect(record.checks?.map(({ namespace }) => namespace)).not.toContain(host('again'));
    expect(space.warnings.join()).toContain('while this run was under way: team-a/ctp-a');
  });

  test('drift that arises meanwhile is not written, neither of the role nor of other control planes', async () => {
    const tagged = { ...PODS, tags: { team: 'space' } };
    const space = waiting();
    const written = meanwhile(space, () => {
      const { team: _team, ...tags } = roleOf(space).tags;
      space.state.role = { ...roleOf(space), tags, inlinePolicies: {} };
      setAssociations(space.state, []);
    });
    const { failure } = await applied(space, isReviewed, tagged);
    // What is left undone does not pass for done.
    expect(failure).toMatchObject({ reason: 'not-verified' });
    expect(calls(written())).toEqual(['putTrustPolicy', 'createAssociation', 'restart']);
    for (const { args } of written().slice(1)) {
      expect(JSON.stringify(args)).toContain(AWAITED);
      expect(JSON.stringify(args)).not.toContain(SETTLED);
    }
    expect(roleOf(space).tags).not.toHaveProperty('team');
  });

  test('a Helm value that someone changes meanwhile is not written back', async () => {
    const space = waiting();
    const written = meanwhile(space, () => setAnnotationValue(space.state, OTHER_ROLE_ARN));
    const { failure } = await applied(space, isReviewed, IRSA);
    expect(failure).toMatchObject({ reason: 'plan-changed' });
    expect(failure?.message).toContain(
      `the values of release spaces name "${OTHER_ROLE_ARN}" for eks.amazonaws.com/role-arn: someone changed it meanwhile`,
    );
    // Nobody waits for what can't come.
    expect(space.lines.join('\n')).not.toContain('waiting for the annotation');
    expect(calls(written())).not.toContain('upgrade');
    expect(annotationOf(space.state)).toBe(OTHER_ROLE_ARN);
    // The next run says that it is somebody's, and takes it over when it is told to.
    expect((await runMode(space, 'apply', IRSA)).failure).toMatchObject({ reason: 'not-owned' });
    expect(annotationOf(space.state)).toBe(OTHER_ROLE_ARN);
    await runMode(space, 'apply', { ...IRSA, adopt: true });
    expect(annotationOf(space.state)).toBe(ROLE_ARN);
  });

  test('a role that is no longer this action’s is not written', async () => {
    const space = waiting();
    const written = meanwhile(space, () => {
      space.state.role = { ...roleOf(space), tags: {} };
    });
    const { failure, record } = await applied(space, isReviewed);
    expect(failure).toMatchObject({ reason: 'not-owned' });
    expect(failure?.details.next).toContain('What was planned before has been carried out.');
    expect([written(), [...record.restarted]]).toEqual([[], [SETTLED]]);
  });

  test('a trust policy that someone else changed meanwhile is not overwritten', async () => {
    const space = waiting();
    const written = meanwhile(space, () => {
      const { trustPolicy } = roleOf(space);
      const Principal = { AWS: '111122223333' };
      const widened = { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' } as const;
      const changed = { ...trustPolicy, Statement: [...trustPolicy.Statement, widened] };
      space.state.role = { ...roleOf(space), trustPolicy: changed };
    });
    const { record, failure } = await applied(space, isReviewed);
    expect(failure).toMatchObject({ reason: 'plan-changed' });
    expect(failure?.message).toContain('someone changed it meanwhile');
    expect(written()).toEqual([]);
    expect([...record.restarted].toSorted()).toEqual([SETTLED]);
  });
});
