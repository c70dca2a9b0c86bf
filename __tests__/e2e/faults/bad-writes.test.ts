/** Writes whose answers get lost or are none, or that others stand in the way of: each run goes through, or fails and names the call. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { withoutAgent } from '../support/agent.ts';
import { associationsOf } from '../support/associations.ts';
import { actionsOf, ANSWERS, CONFLICTS, endOf, runWith } from '../support/bad-answers.ts';
import { MECHANISMS } from '../support/mechanisms.ts';
import { useResults } from '../support/results.ts';
import { ROLE_NAME } from '../support/role.ts';
import { drawn, sampled } from '../support/sample.ts';
import { type Inputs, type Run, useScene } from '../support/scene.ts';

interface Row {
  readonly identity: string;
  readonly mode: string;
  readonly kind: string;
  readonly action: string;
  readonly times: string;
  readonly outcome: string;
}
const keep: (row: Row) => void = useResults('bad-writes');

const MODES = ['apply', 'destroy'] as const;
type Mode = (typeof MODES)[number];
/** Only the first answer to a call, or each one for the whole run. */
const TIMES = ['once', 'always'] as const;
/** One of each list after the other: so a run mostly finds what the one before it has left. */
const inTurn = <T>(some: readonly T[], others: readonly T[]): readonly T[] =>
  Array.from({ length: Math.max(some.length, others.length) }, (_, index) =>
    [some[index], others[index]].filter((one) => one !== undefined),
  ).flat();
const NAMES = Object.keys({ ...ANSWERS, ...CONFLICTS });

describe.each(sampled(MECHANISMS))('$identity', ({ identity }) => {
  const scene = useScene({ controlPlanes: 1, groups: 1 });
  const inputs = (mode: string): Inputs => ({ identity, mode, 'comment-on-pr': 'false' });
  const first = new Map<Mode, Run>();
  let latest: Mode = 'destroy';
  beforeAll(async () => {
    for (const mode of MODES) first.set(mode, await scene.succeed(inputs(mode)));
  });

  /** Lays what a run of this mode has most to do with, lets one fault happen to it, and ends it by one without. */
  async function tried(mode: Mode, fault: Parameters<typeof runWith>[2]): Promise<string> {
    if (latest === mode) await scene.succeed(inputs(mode === 'apply' ? 'destroy' : 'apply'));
    latest = mode;
    if (mode === 'apply') await withoutAgent(scene);
    const end = endOf(await runWith(scene, inputs(mode), fault));
    const again = await scene.succeed(inputs(mode));
    if (mode === 'apply') expect(again.outputs['verified']).toBe('true');
    else expect(scene.world.aws.iam.role(ROLE_NAME)).toBeUndefined();
    expect(associationsOf(scene)).toHaveLength(mode === 'apply' && identity === 'pod-identity' ? 1 : 0);
    return end;
  }

  test.each(sampled(NAMES))(
    '%s',
    async (name) => {
      const kind = { ...ANSWERS, ...CONFLICTS }[name] ?? {};
      const failed: string[] = [];
      const [applied = [], destroyed = []] = MODES.map((mode) =>
        actionsOf(first.get(mode), false, kind).map((action) => ({ mode, action })),
      );
      const cases = TIMES.flatMap((times) => inTurn(applied, destroyed).map((one) => ({ ...one, times })));
      for (const { mode, action, times } of drawn(cases) ?? cases) {
        try {
          const outcome = await tried(mode, {
            action,
            kind,
            times: times === 'once' ? 1 : Number.POSITIVE_INFINITY,
          });
          keep({ identity, mode, kind: name, action, times, outcome });
        } catch (error) {
          failed.push(`${mode}, ${action}, ${times}: ${String(error)}`);
        }
      }
      expect(failed).toEqual([]);
    },
    3_600_000,
  );
});
