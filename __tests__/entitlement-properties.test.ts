/** Nobody loses an identity by accident: from any starting state, in a wrong cluster, and in a Space whose list is not whole. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Intent } from '../src/model/config.ts';
import type { ControllerPod } from '../src/model/host.ts';
import type { Association, Role } from '../src/model/world.ts';
import { type FakeSpace, fakeSpace } from './support/fake-space.ts';
import { isOfController, type State } from './support/fake-state.ts';
import { host, ROLE_ARN } from './support/names.ts';
import { liveOn, runMode } from './support/running.ts';
import { someIntent, someStart, stateOf } from './support/starting-states.ts';
import { admits, type Mechanism, permits, requestOf } from './support/trust-evaluation.ts';

const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 150);

/** What has become of the ControlPlane objects: all there, some or all lost while their controllers go on. */
const someLoss = fc.constantFrom<'nothing' | 'first' | 'everything'>('nothing', 'first', 'everything');

type Start = typeof someStart extends fc.Arbitrary<infer T> ? T : never;

function begin(start: Start, intent: Intent, loss: 'nothing' | 'first' | 'everything'): FakeSpace {
  const state = stateOf(start);
  if (loss === 'first') state.controlPlanes = state.controlPlanes.slice(1);
  if (loss === 'everything') state.controlPlanes = [];
  const space = fakeSpace(state);
  liveOn(space.state, intent, ROLE_ARN);
  return space;
}

function isServed({ controlPlanes }: State, { selection }: Intent, namespace: string): boolean {
  return controlPlanes.some(
    ({ id = '', group }) =>
      host(id) === namespace && (selection.globs.length === 0 || selection.globs.includes(`${group}/*`)),
  );
}

/** Whether the role may go on to an association's target role, with its tags where it sends some. */
function goesOn({ inlinePolicies }: Role, { targetRoleArn, disableSessionTags }: Association): boolean {
  const actions = disableSessionTags ? ['sts:AssumeRole'] : ['sts:AssumeRole', 'sts:TagSession'];
  return (
    targetRoleArn === undefined ||
    actions.every((action) =>
      Object.values(inlinePolicies).some((policy) => permits(policy, action, targetRoleArn, {})),
    )
  );
}

/** By which mechanism a live pod has the role, when everything that it takes is there. */
function hasRole(state: State, pod: ControllerPod): boolean {
  const { role, associations } = state;
  if (role === undefined || pod.deleting) return false;
  const associated = associations.some(
    (one) =>
      isOfController(one) && one.namespace === pod.namespace && one.roleArn === ROLE_ARN && goesOn(role, one),
  );
  const mechanism: Mechanism | undefined =
    pod.irsaRoleArn === ROLE_ARN
      ? 'irsa'
      : pod.irsaRoleArn === undefined && pod.podIdentity && associated
        ? 'pod-identity'
        : undefined;
  return mechanism !== undefined && admits(role.trustPolicy, requestOf(mechanism, pod.namespace));
}

const carriers = ({ state }: FakeSpace, intent: Intent): readonly string[] =>
  state.pods
    .filter((pod) => hasRole(state, pod) && !isServed(state, intent, pod.namespace))
    .map(({ uid }) => uid);

describe('from any starting state', () => {
  test('no run takes the role from a live pod that it does not serve', async () => {
    await fc.assert(
      fc.asyncProperty(someStart, someIntent, someLoss, async (start, intent, loss) => {
        const space = begin(start, intent, loss);
        const before = carriers(space, intent);
        for (const mode of ['plan', 'check', 'apply', 'apply'] as const) await runMode(space, mode, intent);
        expect(carriers(space, intent)).toEqual(expect.arrayContaining([...before]));
      }),
      // What it looks for is rare among the starting states: a control plane lost, its pod alive, trusted, and ours.
      { numRuns: numRuns * 6 },
    );
  }, 300_000);

  test('a Space that lists nobody is written nothing as long as somebody has the role', async () => {
    await fc.assert(
      fc.asyncProperty(someStart, someIntent, async (start, intent) => {
        const space = begin(start, intent, 'everything');
        const before = carriers(space, intent);
        const { failure } = await runMode(space, 'apply', intent);
        if (before.length === 0) return;
        expect(failure?.reason).toBe('nothing-listed');
        expect(space.writes).toEqual([]);
      }),
      { numRuns },
    );
  });

  test("nothing is written by the kubeconfig of another cluster, nor of one that can't be told", async () => {
    const elsewhere = { certificateAuthorities: ['another'] };
    const identities = fc.constantFrom({ ...elsewhere, issuer: 'https://another' }, elsewhere);
    await fc.assert(
      fc.asyncProperty(someStart, someIntent, someLoss, identities, async (start, intent, loss, identity) => {
        const space = begin(start, intent, loss);
        space.state.otherCluster = identity;
        for (const mode of ['apply', 'destroy'] as const)
          expect((await runMode(space, mode, intent)).failure?.reason).toBe('wrong-cluster');
        for (const mode of ['plan', 'check'] as const)
          expect((await runMode(space, mode, intent)).record.verdict).toBe('unknown');
        expect(space.writes).toEqual([]);
      }),
      { numRuns },
    );
  });
});

test('runs with any two selections, in any order, lose nobody', async () => {
  const globs = fc.constantFrom<readonly string[]>([], ['team-a/*'], ['team-b/*']);
  const orders = fc.array(globs, { minLength: 2, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(someStart, someIntent, orders, async (start, intent, selections) => {
      const space = begin(start, intent, 'nothing');
      const served = new Set<string>();
      for (const selection of selections) {
        const asked = { ...intent, selection: { globs: selection, namespaces: [] } };
        const { failure } = await runMode(space, 'apply', asked);
        if (failure === undefined)
          for (const { uid } of space.state.pods.filter((pod) => hasRole(space.state, pod))) served.add(uid);
        const now = space.state.pods.filter((pod) => hasRole(space.state, pod)).map(({ uid }) => uid);
        const live = new Set(space.state.pods.filter(({ deleting }) => !deleting).map(({ uid }) => uid));
        expect(now).toEqual(expect.arrayContaining([...served].filter((uid) => live.has(uid))));
      }
    }),
    { numRuns },
  );
});
