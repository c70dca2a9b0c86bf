/** Answers of the API server that get lost or are none: each check goes through, or fails and says what was tried; nothing is taken for drift. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { endOf } from '../support/bad-answers.ts';
import { CLUSTER_ANSWERS, readsOf, runWithCluster } from '../support/bad-cluster.ts';
import { useFront } from '../support/killing.ts';
import { MECHANISMS } from '../support/mechanisms.ts';
import { useResults } from '../support/results.ts';
import { drawn, sampled } from '../support/sample.ts';
import { type Inputs, useScene } from '../support/scene.ts';

interface Row {
  readonly identity: string;
  readonly read: string;
  readonly kind: string;
  readonly once: string;
  readonly lasting: string;
}
const keep: (row: Row) => void = useResults('bad-cluster');

describe.each(sampled(MECHANISMS))('$identity', ({ identity }) => {
  const scene = useScene({ controlPlanes: 2, groups: 1 });
  const { front } = useFront(scene);
  const inputs = (mode: string): Inputs => ({ identity, mode, 'comment-on-pr': 'false' });
  beforeAll(async () => {
    await scene.succeed(inputs('apply'));
  });

  test.each(sampled(Object.entries(CLUSTER_ANSWERS)))(
    'reads: %s',
    async (name, kind) => {
      const failed: string[] = [];
      const reads = await readsOf(scene, front(), inputs('check'), name);
      for (const read of drawn(reads) ?? reads) {
        const end = async (times: number) =>
          endOf(await runWithCluster(scene, front(), inputs('check'), { read, kind, times }));
        try {
          const once = await end(1);
          const lasting = await end(Number.POSITIVE_INFINITY);
          keep({ identity, read, kind: name, once, lasting });
        } catch (error) {
          failed.push(`${read}: ${String(error)}`);
        }
      }
      expect(failed).toEqual([]);
      expect((await scene.succeed(inputs('check'))).outputs['verdict']).toBe('in-sync');
    },
    3_600_000,
  );
});
