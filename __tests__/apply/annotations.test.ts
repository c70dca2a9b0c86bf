/** The wait for the annotation, and what is said when it does not come, or does not go, in time. */
import { describe, expect, test } from '@jest/globals';
import { awaitAnnotations } from '../../src/apply/annotations.ts';
import type { ApplyContext } from '../../src/apply/context.ts';
import type { Intent } from '../../src/model/config.ts';
import { Failure } from '../../src/model/failure.ts';
import { planRemoval, planTowards } from '../../src/plan/plan.ts';
import { isBy } from '../../src/resources/change-maker.ts';
import { contextOf, spaceOf, worldIn } from '../support/apply-context.ts';
import type { FakeSpace } from '../support/fake-space.ts';
import { annotate, type State } from '../support/fake-state.ts';
import { host, OTHER_ROLE_ARN, ROLE_ARN, SERVICE_ACCOUNT, START } from '../support/names.ts';
import { setAnnotationValue } from '../support/running.ts';
import { IRSA } from '../support/settled.ts';
import { desiredOf } from '../support/world-of.ts';

const annotations = new Map([
  [host('b'), ROLE_ARN],
  [host('a'), 'x'],
]);

interface Scene {
  readonly state: State;
  readonly space: FakeSpace;
  readonly context: ApplyContext;
}

/** Plans, waits, and tells how each wait has ended. */
async function awaited(
  overrides: Partial<Intent>,
  planner: typeof planTowards,
  prepare: (scene: Scene) => void = () => undefined,
  inValues: string | null = planner === planTowards ? ROLE_ARN : null,
) {
  const space = spaceOf({ a: 'nothing', b: 'nothing' }, { annotations, carryMs: () => 1e6 });
  const asked = { waitSeconds: 20, ...overrides };
  const context = contextOf(space, asked);
  const { changes } = planner(desiredOf(context.intent, space.state.cluster), await worldIn(space, asked));
  const waits = changes.filter(isBy(['await-annotation']));
  setAnnotationValue(space.state, inValues);
  prepare({ state: space.state, space, context });
  const outcomes = await awaitAnnotations(waits, context);
  const lines = outcomes.map(
    ({ failure }, n) => `${waits[n]?.id}: ${failure?.details.said} ${failure?.details.next}`,
  );
  return { outcomes, lines, context, space };
}

const none = { release: { ...IRSA.release, annotate: 'none' as const } };

const calls = ({ space }: Awaited<ReturnType<typeof awaited>>) =>
  space.writes.map(({ call, args }) => [call, ...args]);

describe('an annotation that Spaces does not carry', () => {
  const SET = { status: 'done', wrote: true };

  test('within a minute is set by this action, in one call, and it says so', async () => {
    const run = await awaited({ waitSeconds: 600 }, planTowards);
    expect(run.outcomes).toEqual([SET]);
    expect(calls(run)).toEqual([['annotate', [expect.objectContaining({ namespace: host('a') })], ROLE_ARN]]);
    expect(run.context.read.clock.now() - START).toBe(60_000);
    expect(run.space.state.annotations.get(host('a'))).toBe(ROLE_ARN);
    expect(run.context.progress.identityChangedAt).toBe(START + 60_000);
    expect(run.space.warnings).toEqual([
      `Spaces had not carried eks.amazonaws.com/role-arn to 1 service account after 60 s, so it was set there: ${host('a')}`,
    ]);
  });

  test('is set earlier when no wait may last as long', async () => {
    const run = await awaited({}, planTowards);
    expect([run.outcomes, run.context.read.clock.now() - START]).toEqual([[SET], 20_000]);
  });

  test('away is taken away by a removal: what was set by hand is none of Spaces’ any more', async () => {
    const run = await awaited({ waitSeconds: 600 }, planRemoval);
    expect(run.outcomes).toEqual([SET]);
    expect(calls(run)).toEqual([['annotate', [expect.objectContaining({ namespace: host('b') })], null]]);
    expect(run.space.warnings).toEqual([expect.stringContaining(`so it was taken away there: ${host('b')}`)]);
  });

  test.each<[string, () => Promise<string>, object]>([
    [
      'said by kubectl',
      async () => await Promise.resolve('serviceaccounts "external-secrets-controller" not found'),
      {
        reason: 'timed-out',
        details: {
          said: 'the annotation had not arrived after 20 s, and could not be set: serviceaccounts "external-secrets-controller" not found',
        },
      },
    ],
    [
      'refused',
      async () => await Promise.reject(new Failure('access-denied', { tried: 'x', said: 'no', next: 'y' })),
      { reason: 'access-denied' },
    ],
  ])('and that can not be set fails with what was %s', async (_what, annotateThem, failure) => {
    const run = await awaited({}, planTowards, ({ space }) => {
      space.write.kubernetes.annotate = annotateThem;
    });
    expect(run.outcomes).toMatchObject([{ status: 'failed', failure }]);
  });

  test.each([
    [planTowards, OTHER_ROLE_ARN, `name "${OTHER_ROLE_ARN}"`],
    [planTowards, null, 'hold none'],
    [planRemoval, ROLE_ARN, `name "${ROLE_ARN}"`],
  ])('is left alone when someone has changed the value meanwhile (%#)', async (planner, value, says) => {
    const { outcomes, space } = await awaited({}, planner, undefined, value);
    expect(outcomes).toMatchObject([{ status: 'failed', wrote: false, failure: { reason: 'plan-changed' } }]);
    expect(outcomes[0]?.failure?.message).toContain(
      `the values of release spaces ${says} for eks.amazonaws.com/role-arn: someone changed it meanwhile`,
    );
    expect(space.writes).toEqual([]);
  });

  test('may have been set when what came of it can’t be seen', async () => {
    const run = await awaited({}, planTowards, ({ space }) => {
      const set = space.write.kubernetes.annotate.bind(space.write.kubernetes);
      space.write.kubernetes.annotate = async (...asked) => {
        const said = await set(...asked);
        space.read.kubernetes.serviceAccounts = async () => await Promise.reject(new Error('gone'));
        return said;
      };
    });
    expect(run.outcomes).toMatchObject([{ status: 'failed', wrote: true }]);
  });

  test('may have been set as long as nothing is answered', async () => {
    let during: unknown;
    const run = await awaited({}, planTowards, ({ space, context }) => {
      space.write.kubernetes.annotate = async () => {
        during = [...context.progress.outcomes.values()];
        return await Promise.resolve('');
      };
    });
    expect(run.outcomes).toMatchObject([{ status: 'failed' }]);
    expect(during).toMatchObject([{ status: 'failed', wrote: true, failure: { reason: 'cancelled' } }]);
  });

  test('is set when the release can’t be read: it was this run that asked for it', async () => {
    const { outcomes } = await awaited({}, planTowards, ({ space: { read } }) => {
      read.helm.release = async () => await Promise.reject(new TypeError('gone'));
    });
    expect(outcomes).toEqual([SET]);
  });

  test('that the job may not take off names the command for it, and no file that would not do', async () => {
    const said = new Failure('access-denied', { tried: 'annotate', said: 'may not patch', next: 'another' });
    const refuse = ({ space }: { space: FakeSpace }) => {
      space.write.kubernetes.annotate = async () => await Promise.reject(said);
    };
    const removal = await awaited({}, planRemoval, refuse);
    const { details } = removal.outcomes[0]?.failure ?? {};
    expect(removal.outcomes).toMatchObject([{ status: 'failed', failure: { reason: 'access-denied' } }]);
    expect(details).toMatchObject({ tried: 'annotate', said: 'may not patch' });
    expect(details?.next).toContain(
      `kubectl annotate serviceaccount ${SERVICE_ACCOUNT} --namespace ${host('b')} eks.amazonaws.com/role-arn-,`,
    );
    expect(details?.next).toContain('permissions/rbac/destroy-irsa.yaml');
    const towards = await awaited({}, planTowards, refuse);
    expect(towards.outcomes[0]?.failure?.details.next).toBe('another');
  });

  test('is a matter of whoever sets it, where that is not this action', async () => {
    const towards = await awaited(none, planTowards);
    expect(towards.outcomes).toMatchObject([
      { status: 'failed', wrote: false, failure: { reason: 'timed-out' } },
    ]);
    expect(towards.lines).toEqual([
      expect.stringMatching(
        `^annotation/${host('a')}: the annotation had not arrived after 20 s .*put what the output`,
      ),
    ]);
    expect(towards.space.writes).toEqual([]);
    expect((await awaited(none, planRemoval)).lines).toEqual([
      expect.stringMatching(
        'the annotation had not gone after 20 s .*take eks.amazonaws.com/role-arn out of them',
      ),
    ]);
  });
});

describe('an annotation that comes, or goes, in time', () => {
  const DONE = { status: 'done', wrote: false };

  test('was waited for, not written; restarts know when', async () => {
    const { outcomes, context } = await awaited({}, planTowards, ({ state }) =>
      state.clock.after(5_000, () => annotate(state, host('a'), ROLE_ARN)),
    );
    expect(outcomes).toEqual([DONE]);
    expect(context.progress.identityChangedAt).toBe(context.read.clock.now());
    expect(context.read.clock.now() - START).toBeLessThan(10_000);
  });

  test('may go together with its service account', async () => {
    const { outcomes } = await awaited({}, planRemoval, ({ state }) => {
      state.annotations = new Map([...state.annotations].filter(([name]) => name !== host('b')));
    });
    expect(outcomes).toEqual([DONE]);
  });

  test('may name another role where only ours has to go', async () => {
    const { outcomes } = await awaited({}, planRemoval, ({ state }) =>
      annotate(state, host('b'), OTHER_ROLE_ARN),
    );
    expect(outcomes).toEqual([DONE]);
  });
});
