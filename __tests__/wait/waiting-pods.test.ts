/** What is said of new pods whose containers don't start. */
import { expect, test } from '@jest/globals';
import { watchWaitingPods } from '../../src/wait/waiting-pods.ts';
import { spaceOf } from '../support/apply-context.ts';
import { pod } from '../support/workloads.ts';

/** The warnings after looks at one pod each, which waits for these. */
function warnings(looks: readonly { waiting?: string; waitingMessage?: string; deleting?: boolean }[]) {
  const { read, warnings: lines } = spaceOf({});
  const watch = watchWaitingPods(read.log);
  for (const look of looks) watch([pod('a', 'irsa', look)]);
  return lines;
}

test.each([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'CrashLoopBackOff',
])('%s is said at once, with the pod and the words of the kubelet', (waiting) => {
  const [line] = warnings([{ waiting, waitingMessage: 'it\n said   so' }]);
  expect(line).toContain(`pod mxp-a-system/external-secrets-a does not start: ${waiting}, it said so.`);
});

test.each([undefined, 'ContainerCreating', 'PodInitializing'])('%s is nothing to warn of', (waiting) => {
  expect(warnings([waiting === undefined ? {} : { waiting }])).toEqual([]);
});

test('each kind is said once, in whatever order its reasons take turns', () => {
  const lines = warnings([
    { waiting: 'ErrImagePull' },
    { waiting: 'ImagePullBackOff' },
    { waiting: 'ErrImagePull' },
    { waiting: 'CrashLoopBackOff' },
    { waiting: 'CrashLoopBackOff' },
  ]);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain('CrashLoopBackOff. Waiting on');
});

test('one of several containers is enough, a pod on its way out is not, and what is long is cut', () => {
  expect(warnings([{ waiting: 'ContainerCreating CrashLoopBackOff' }])).toHaveLength(1);
  expect(warnings([{ waiting: 'CrashLoopBackOff', deleting: true }])).toEqual([]);
  const [line = ''] = warnings([{ waiting: 'ErrImagePull', waitingMessage: 'x'.repeat(5000) }]);
  expect(line.length).toBeLessThan(500);
  expect(line).toContain('x…');
});
