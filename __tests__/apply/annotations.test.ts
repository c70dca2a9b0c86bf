/** The wait for the annotation, and what is said when it does not come, or does not go, in time. */
import { describe, expect, test } from '@jest/globals';
import { awaitAnnotations } from '../../src/apply/annotations.ts';
import type { Intent } from '../../src/model/config.ts';
import { planRemoval, planTowards } from '../../src/plan/plan.ts';
import { isBy } from '../../src/resources/change-maker.ts';
import { contextOf, spaceOf, worldIn } from '../support/apply-context.ts';
import type { FakeSpace } from '../support/fake-space.ts';
import { annotate, type State } from '../support/fake-state.ts';
import { host, OTHER_ROLE_ARN, ROLE_ARN, START } from '../support/names.ts';
import { setAnnotationValue } from '../support/running.ts';
import { IRSA } from '../support/settled.ts';
import { desiredOf } from '../support/world-of.ts';

const annotations = new Map([
  [host('b'), ROLE_ARN],
  [host('a'), 'x'],
]);

/** Plans, waits, and tells how each wait has ended. */
async function awaited(
  overrides: Partial<Intent>,
  planner: typeof planTowards,
  prepare: (state: State, space: FakeSpace) => void = () => undefined,
  inValues: string | null = planner === planTowards ? ROLE_ARN : null,
) {
  const space = spaceOf({ a: 'nothing', b: 'nothing' }, { annotations, carryMs: () => 1e6 });
  const asked = { waitSeconds: 20, ...overrides };
  const context = contextOf(space, asked);
  const { changes } = planner(desiredOf(context.intent, space.state.cluster), await worldIn(space, asked));
  const waits = changes.filter(isBy(['await-annotation']));
  setAnnotationValue(space.state, inValues);
  prepare(space.state, space);
  const outcomes = await awaitAnnotations(waits, context);
  const lines = outcomes.map(
    ({ failure }, n) => `${waits[n]?.id}: ${failure?.details.said} ${failure?.details.next}`,
  );
  return { outcomes, lines, context };
}

const none = { release: { ...IRSA.release, annotate: 'none' as const } };

describe('an annotation that does not come, or does not go, in time', () => {
  test('is a matter of Spaces where this action sets the value', async () => {
    const { lines, outcomes } = await awaited({}, planTowards);
    expect(lines).toEqual([
      expect.stringMatching(`^annotation/${host('a')}: it had not arrived after 20 s Spaces carries`),
    ]);
    expect(outcomes).toMatchObject([{ status: 'failed', wrote: false, failure: { reason: 'timed-out' } }]);
    expect((await awaited({}, planRemoval)).lines).toEqual([
      expect.stringMatching(`^annotation/${host('b')}: it had not gone after 20 s`),
    ]);
  });

  test.each([
    [planTowards, OTHER_ROLE_ARN, `name "${OTHER_ROLE_ARN}"`],
    [planTowards, null, 'hold none'],
    [planRemoval, ROLE_ARN, `name "${ROLE_ARN}"`],
  ])(
    'is no matter of Spaces when someone has changed the value meanwhile (%#)',
    async (planner, value, says) => {
      const { outcomes } = await awaited({}, planner, undefined, value);
      expect(outcomes).toMatchObject([
        { status: 'failed', wrote: false, failure: { reason: 'plan-changed' } },
      ]);
      expect(outcomes[0]?.failure?.message).toContain(
        `the values of release spaces ${says} for eks.amazonaws.com/role-arn: someone changed it meanwhile`,
      );
    },
  );

  test('is a matter of Spaces when the release can’t be read', async () => {
    const { outcomes } = await awaited(
      {},
      planTowards,
      (_state, { read }) => {
        read.helm.release = async () => await Promise.reject(new TypeError('gone'));
      },
      null,
    );
    expect(outcomes).toMatchObject([{ failure: { reason: 'timed-out' } }]);
  });

  test('is a matter of whoever sets it', async () => {
    expect((await awaited(none, planTowards)).lines).toEqual([
      expect.stringContaining('give them what the output `helm-values` has'),
    ]);
    expect((await awaited(none, planRemoval)).lines).toEqual([
      expect.stringContaining('take eks.amazonaws.com/role-arn out of them'),
    ]);
  });
});

describe('an annotation that comes, or goes, in time', () => {
  const DONE = { status: 'done', wrote: false };

  test('was waited for, not written; restarts know when', async () => {
    const { outcomes, context } = await awaited({}, planTowards, (state) =>
      state.clock.after(5_000, () => annotate(state, host('a'), ROLE_ARN)),
    );
    expect(outcomes).toEqual([DONE]);
    expect(context.progress.identityChangedAt).toBe(context.read.clock.now());
    expect(context.read.clock.now() - START).toBeLessThan(10_000);
  });

  test('may go together with its service account', async () => {
    const { outcomes } = await awaited({}, planRemoval, (state) => {
      state.annotations = new Map([...state.annotations].filter(([name]) => name !== host('b')));
    });
    expect(outcomes).toEqual([DONE]);
  });

  test('may name another role where only ours has to go', async () => {
    const { outcomes } = await awaited({}, planRemoval, (state) =>
      annotate(state, host('b'), OTHER_ROLE_ARN),
    );
    expect(outcomes).toEqual([DONE]);
  });
});
