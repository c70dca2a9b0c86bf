/** The runner is lost in the middle of helm's upgrade, and that of the next run at each of its writes: the third run puts it right. */
import { test } from '@jest/globals';
import { type Moment, useFront } from '../support/killing.ts';
import { useResults } from '../support/results.ts';
import { useScene } from '../support/scene.ts';
import { clear, type Row, serve, walk } from '../support/walk.ts';

const scene = useScene({ controlPlanes: 1, groups: 1 });
const { front } = useFront(scene);
const keep: (row: Row) => void = useResults('killed-twice');
/** Helm has changed the Space's settings, and its record still says that it is at work. */
const lost: Moment = { nth: 1, when: 'after', of: 'kube:patch configmaps' };

test('is put right by the run after that, wherever the second one stopped', async () => {
  const legs = [
    { ...serve('irsa', 'apply, irsa'), lost },
    { ...clear('irsa'), lost },
  ];
  await walk(scene, front(), legs, keep);
}, 10_800_000);
