/** The role's policy on the way between session tags and session policies: pods read on by what their sessions have. */
import { expect, test } from '@jest/globals';
import { desiredAccess } from '../../src/desired/access.ts';
import type { Intent } from '../../src/model/config.ts';
import { ACCESS_POLICY_NAME } from '../../src/policy/access-policy.ts';
import { intent, ownedRole, role } from '../support/factories.ts';
import { planFor } from '../support/plans.ts';
import { settledPods } from '../support/settled.ts';
import { pod } from '../support/workloads.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';

const by = (isolateBy: 'role-policy' | 'session-policy', more: Partial<Intent> = {}): Intent =>
  intent({ identity: 'pod-identity', role: ownedRole({ secretPrefixes: ['{name}/'], isolateBy }), ...more });
const TAGS = by('role-policy');
const SESSIONS = by('session-policy');

/** One control plane in order by tags, whose pod runs since before. */
const base = settledPods(['a']);
const { final } = desiredAccess(desiredOf(TAGS), worldOf(TAGS, base));
const tagged = {
  ...base,
  role: role({ ...base.role, inlinePolicies: { [ACCESS_POLICY_NAME]: final } }),
};
const idle = { ...tagged, workloads: { ...tagged.workloads, pods: [] } };
const mixed = {
  ...tagged,
  workloads: {
    ...tagged.workloads,
    pods: [pod('a', 'nothing', { name: 'without' }), pod('a', 'pod-identity')],
  },
};

function planned(asked: Intent, parts: typeof tagged): readonly string[] {
  return planFor(asked, parts).changes.flatMap(({ id, effect, write }) =>
    id === 'role/access-policy' ? [`${write.op}: ${effect}`] : [],
  );
}

const MOVED = [
  'put-inline-policy: what either lets them read stays until the pods have moved',
  'narrow-inline-policy: after the restarts: until then pods read by session tags or by their session policy',
];

test('a pod that has its session by tags reads on until it is restarted', () => {
  expect(planned(SESSIONS, tagged)).toEqual(MOVED);
  expect(planned(SESSIONS, mixed)).toEqual(MOVED);
});

test('where none runs there is nothing to bridge', () => {
  expect(planned(SESSIONS, idle)).toEqual(['put-inline-policy: ']);
});

test('nothing moves where all is as wanted', () => {
  expect(planned(TAGS, tagged)).toEqual([]);
});
