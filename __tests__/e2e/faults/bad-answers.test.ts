/** Reads that get lost or are no answers: each check goes through, or fails and names the call; the next one is as if nothing had been. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { actionsOf, ANSWERS, endOf, LISTS, runWith } from '../support/bad-answers.ts';
import { MECHANISMS } from '../support/mechanisms.ts';
import { useResults } from '../support/results.ts';
import { drawn, sampled } from '../support/sample.ts';
import { type Inputs, useScene } from '../support/scene.ts';

interface Row {
  readonly identity: string;
  readonly action: string;
  readonly kind: string;
  readonly once: string;
  readonly lasting: string;
}
const keep: (row: Row) => void = useResults('bad-answers');

describe.each(sampled(MECHANISMS))('$identity', ({ identity }) => {
  const scene = useScene({ controlPlanes: 1, groups: 1 });
  const inputs = (mode: string): Inputs => ({ identity, mode, 'comment-on-pr': 'false' });
  beforeAll(async () => {
    await scene.succeed(inputs('apply'));
  });

  test.each(sampled(Object.entries({ ...ANSWERS, ...LISTS })))(
    'reads: %s',
    async (name, kind) => {
      const failed: string[] = [];
      const check = await scene.succeed(inputs('check'));
      const actions = actionsOf(check, true, kind);
      for (const action of drawn(actions) ?? actions) {
        const end = async (times: number) =>
          endOf(await runWith(scene, inputs('check'), { action, kind, times }));
        try {
          const once = await end(1);
          const lasting = await end(Number.POSITIVE_INFINITY);
          keep({ identity, action, kind: name, once, lasting });
        } catch (error) {
          failed.push(`${action}: ${String(error)}`);
        }
      }
      expect(failed).toEqual([]);
      expect((await scene.succeed(inputs('check'))).outputs['verdict']).toBe('in-sync');
    },
    3_600_000,
  );
});
