/** Helm's upgrade takes longer than a token for the cluster is valid: helm goes on with the one that the action has signed meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { helmHistory } from '../support/cluster.ts';
import { goBy, nodes, onMovedClock } from '../support/moved-clock.ts';
import { useScene } from '../support/scene.ts';

const MINUTE = 60_000;
const scene = useScene({ controlPlanes: 1, groups: 1 });

test('an upgrade of 27 minutes', async () => {
  await goBy(scene, 0);
  await nodes(scene, 'cordon');
  let passing: Promise<void> | undefined;
  const onLine = (line: string): void => {
    if (!line.includes('helm upgrade spaces: ')) return;
    // Three times nine minutes, and each time what the action and helm need at most to sign and to read a new token.
    passing ??= (async () => {
      for (const times of [1, 2, 3]) {
        await goBy(scene, times * 9 * MINUTE);
        await sleep(2.2 * MINUTE);
      }
      await nodes(scene, 'uncordon');
    })();
  };
  const inputs = { mode: 'apply', identity: 'irsa', 'wait-timeout': '1h', 'comment-on-pr': 'false' };
  const run = await scene.run(inputs, { env: onMovedClock(scene), onLine });
  await passing;
  if (run.exitCode !== 0) process.stderr.write(run.log);
  expect([run.exitCode, run.outputs['verified']]).toEqual([0, 'true']);
  expect((await helmHistory(scene)).map(({ status }) => status)).toEqual(['superseded', 'deployed']);
}, 900_000);
