/** Answers that get lost or are no answers: each run goes through, or fails and names the call; the next one is as if nothing had been. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { KINDS, runWith } from '../support/bad-answers.ts';
import { MECHANISMS } from '../support/mechanisms.ts';
import { drawn, sampled } from '../support/sample.ts';
import { useResults } from '../support/results.ts';
import { errorOf, useScene } from '../support/scene.ts';
import type { Inputs, Run } from '../support/scene.ts';

interface Row {
  readonly action: string;
  readonly kind: string;
  readonly once: string;
  readonly lasting: string;
}
const keep: (row: Row) => void = useResults('bad-answers');

/** Actions that a run has called, by kind of call. */
const actionsOf = (run: Run, readOnly: boolean): readonly string[] => [
  ...new Set(
    run.calls
      .filter((call) => call.readOnly === readOnly)
      .map(({ service, action }) => `${service}:${action}`),
  ),
];

/** In a few words, how a run ended; one that fails names what it tried, and blames nobody's defect. */
function endOf(run: Run): string {
  if (run.exitCode === 0) return 'went through';
  const reason = run.outputs['failure-reason'] ?? '';
  const said = errorOf(run);
  if (reason === 'internal' || reason === '' || said.length < 40)
    throw new Error(`it failed with ${reason}:\n${run.log}`);
  return reason;
}

describe.each(sampled(MECHANISMS))('$identity', ({ identity }) => {
  const scene = useScene({ controlPlanes: 1, groups: 1 });
  const inputs = (mode: string): Inputs => ({ identity, mode, 'comment-on-pr': 'false' });
  let first: Run;
  beforeAll(async () => {
    first = await scene.succeed(inputs('apply'));
  });

  test.each(sampled(Object.keys(KINDS)))(
    'reads: %s',
    async (kind) => {
      const failed: string[] = [];
      const check = await scene.succeed(inputs('check'));
      const actions = actionsOf(check, true);
      for (const action of drawn(actions) ?? actions) {
        try {
          const once = endOf(await runWith(scene, inputs('check'), { action, kind, times: 1 }));
          const lasting = endOf(
            await runWith(scene, inputs('check'), { action, kind, times: Number.POSITIVE_INFINITY }),
          );
          keep({ action, kind, once, lasting });
        } catch (error) {
          failed.push(`${action}: ${String(error)}`);
        }
      }
      expect(failed).toEqual([]);
      expect((await scene.succeed(inputs('check'))).outputs['verdict']).toBe('in-sync');
    },
    3_600_000,
  );

  test.each(sampled(Object.keys(KINDS)))(
    'writes: %s',
    async (kind) => {
      const failed: string[] = [];
      const actions = actionsOf(first, false);
      for (const action of drawn(actions) ?? actions) {
        await scene.succeed(inputs('destroy'));
        try {
          const once = endOf(await runWith(scene, inputs('apply'), { action, kind, times: 1 }));
          keep({ action, kind, once, lasting: '' });
        } catch (error) {
          failed.push(`${action}: ${String(error)}`);
        }
        const again = await scene.succeed(inputs('apply'));
        expect(again.outputs['verified']).toBe('true');
      }
      expect(failed).toEqual([]);
    },
    3_600_000,
  );
});
