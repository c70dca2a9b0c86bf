/** From one mechanism to the other, and back: the runner is lost before and after each single write, and nobody is left without a role. */
import { test } from '@jest/globals';
import { useFront } from '../support/killing.ts';
import { useResults } from '../support/results.ts';
import { useScene } from '../support/scene.ts';
import { type Row, serve, servedBy, walk, WAVE } from '../support/walk.ts';

const scene = useScene({ controlPlanes: WAVE + 1, groups: 1 });
const { front } = useFront(scene);
const keep: (row: Row) => void = useResults('killed-moves');

test('is put right by the next run, wherever it stopped', async () => {
  scene.world.aws.settings.trustPolicyQuota = 8192;
  await scene.succeed({ ...servedBy('pod-identity'), mode: 'apply' });
  const there = serve('irsa', 'Pod Identity to IRSA');
  const back = serve('pod-identity', 'IRSA to Pod Identity');
  await walk(scene, front(), [there, back], keep);
}, 14_400_000);
