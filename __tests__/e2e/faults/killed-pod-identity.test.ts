/** Pod Identity from nothing, and back: the runner is lost before and after each single write, and the next run puts it right. */
import { test } from '@jest/globals';
import { useFront } from '../support/killing.ts';
import { useResults } from '../support/results.ts';
import { useScene } from '../support/scene.ts';
import { clear, type Row, serve, walk } from '../support/walk.ts';

const scene = useScene({ controlPlanes: 2, groups: 1 });
const { front } = useFront(scene);
const keep: (row: Row) => void = useResults('killed-pod-identity');

test('is put right by the next run, wherever it stopped', async () => {
  await walk(scene, front(), [serve('pod-identity', 'apply, pod-identity'), clear('pod-identity')], keep);
}, 10_800_000);
