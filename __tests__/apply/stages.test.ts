/** The order in which changes are carried out, and how those that go together do. */
import { describe, expect, test } from '@jest/globals';
import { carryOut } from '../../src/apply/carry-out.ts';
import { applyOrder, removalOrder } from '../../src/apply/stages.ts';
import type { Step } from '../../src/apply/context.ts';
import type { Change, Plan } from '../../src/model/change.ts';
import type { Intent } from '../../src/model/config.ts';
import type { Operation, SetValue } from '../../src/model/write.ts';
import { planRemoval, planTowards } from '../../src/plan/plan.ts';
import { makeChange } from '../../src/resources/change-maker.ts';
import { releaseIntent } from '../support/factories.ts';
import { contextOf, spaceOf, worldIn } from '../support/apply-context.ts';
import type { FakeSpace } from '../support/fake-space.ts';
import type { State } from '../support/fake-state.ts';
import { host, ROLE_ARN, START } from '../support/names.ts';
import { runMode } from '../support/running.ts';
import { IRSA, PODS } from '../support/settled.ts';
import { deployment } from '../support/workloads.ts';
import { desiredOf } from '../support/world-of.ts';

/** In which stage each operation is carried out; the compiler asks for those that are added. */
const STAGES: Readonly<Record<Operation, readonly [apply: string, removal: string]>> = {
  'create-oidc-provider': ['OIDC provider', ''],
  'add-audience': ['OIDC provider', ''],
  'delete-oidc-provider': ['OIDC provider', 'OIDC provider'],
  'create-role': ['Role', ''],
  'delete-role': ['Role', 'Role'],
  'tag-role': ['Role', ''],
  'put-permissions-boundary': ['Permissions boundary', ''],
  'put-trust-policy': ['Trust policy', ''],
  'put-inline-policy': ['Access policy', ''],
  'narrow-inline-policy': ['Access policy, end of the move', ''],
  'create-add-on': ['Pod Identity agent', ''],
  'create-association': ['Associations', ''],
  'update-association': ['Associations', ''],
  'set-value': ['Helm values', 'Helm values'],
  'upgrade-anew': ['Helm values', 'Helm values'],
  'await-annotation': ['Annotations', 'Annotations'],
  'delete-association': ['Associations to remove', 'Associations'],
  restart: ['Restarts', 'Restarts'],
  'narrow-trust-policy': ['Trust policy, end of the move', ''],
  'await-control-plane': ['Control planes that were not ready', ''],
  none: ['', ''],
};

function titlesFor(operation: string, order: readonly Step[]): string {
  const draft = { id: 'x', action: 'update', target: '', reason: '', severity: 'hygiene' } as const;
  const plain = makeChange(draft, { op: 'none' });
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- a stage looks at the operation alone
  const change = { ...plain, write: { op: operation } } as unknown as Change;
  return order
    .flatMap((step) => ('inWaves' in step ? step.inWaves : [step]))
    .filter((stage) => stage.takes(change))
    .map(({ title }) => title)
    .join();
}

test.each(Object.entries(STAGES))('%s has one stage, if any', (operation, titles) => {
  expect([titlesFor(operation, applyOrder), titlesFor(operation, removalOrder)]).toEqual(titles);
});

/** The calls of a run, by their first word on. */
async function callsOf(
  space: FakeSpace,
  mode: 'apply' | 'destroy',
  asked: Intent,
): Promise<readonly string[]> {
  const from = space.writes.length;
  const { failure } = await runMode(space, mode, asked);
  expect(failure).toBeUndefined();
  return space.writes.slice(from).map(({ call }) => call);
}

test('what others rest on comes first, from one mechanism to the other and back', async () => {
  const space = spaceOf({ a: 'nothing' }, { quota: 4096 });
  const fromNothing = await callsOf(space, 'apply', IRSA);
  expect(fromNothing).toEqual(['createOidcProvider', 'createRole', 'putInlinePolicy', 'upgrade', 'restart']);

  // IRSA is trusted until the pods have moved.
  const toPodIdentity = await callsOf(space, 'apply', PODS);
  expect(toPodIdentity).toEqual([
    'putTrustPolicy',
    'createAssociation',
    'upgrade',
    'restart',
    'putTrustPolicy',
  ]);

  // An association goes after the annotation has come.
  const back = await callsOf(space, 'apply', IRSA);
  expect(back).toEqual(['putTrustPolicy', 'upgrade', 'deleteAssociation', 'restart', 'putTrustPolicy']);

  // What uses a thing goes before the thing.
  const removal = await callsOf(space, 'destroy', IRSA);
  expect(removal).toEqual(['upgrade', 'restart', 'deleteRole', 'deleteOidcProvider']);
});

/** Plans for a Space and carries out what takes these operations alone. */
async function carriedOut(
  overrides: Partial<State>,
  asked: Partial<Intent>,
  operations: readonly Operation[],
  planner: (...args: Parameters<typeof planTowards>) => Plan = planTowards,
) {
  const space = spaceOf({ a: 'nothing', b: 'nothing' }, overrides);
  const context = contextOf(space, { waitSeconds: 60, ...asked });
  const plan = planner(desiredOf(context.intent), await worldIn(space, asked));
  const changes = plan.changes.filter(({ write }) => operations.includes(write.op));
  const outcomes = await carryOut({ changes, blockers: [] }, applyOrder, context);
  return { space, context, changes, outcomes: [...outcomes] };
}

describe('values of the release', () => {
  const release = releaseIntent({ podLabels: { x: 'y' } });

  test('are written together, by one upgrade within the bound of every wait', async () => {
    const { space, changes, outcomes } = await carriedOut({}, { release }, ['set-value']);
    expect(outcomes.map(([address, { status, wrote }]) => [address, status, wrote])).toEqual([
      ['helm/annotation', 'done', true],
      ['helm/pod-labels/x', 'done', true],
    ]);
    const values: readonly SetValue[] = changes.flatMap(({ write }) =>
      write.op === 'set-value' ? [write] : [],
    );
    expect(space.writes).toEqual([
      { call: 'upgrade', args: [{ intent: release, values, timeoutSeconds: 60 }] },
    ]);
  });

  test('fail together, perhaps half way', async () => {
    const space = spaceOf({ a: 'nothing' });
    space.fault = { nth: 1, when: 'after' };
    const context = contextOf(space, { release });
    const { changes } = planTowards(desiredOf(context.intent), await worldIn(space, { release }));
    const values = changes.filter(({ write }) => write.op === 'set-value');
    const outcomes = await carryOut({ changes: values, blockers: [] }, applyOrder, context);
    expect([...outcomes.values()]).toMatchObject([
      { status: 'failed', wrote: true, failure: { reason: 'internal' } },
      { status: 'failed', wrote: true, failure: { reason: 'internal' } },
    ]);
  });

  test('are never written without a release, whatever was planned', async () => {
    const { space, outcomes } = await carriedOut({ release: { kind: 'absent' } }, {}, ['set-value']);
    expect(outcomes.map(([, { status, failure }]) => [status, failure?.reason])).toEqual([
      ['failed', 'internal'],
      ['failed', 'internal'],
    ]);
    expect(space.writes).toEqual([]);
  });
});

describe('restarts', () => {
  const asked = { restart: 'always' } as const;

  test('fail each for its own reason: pods without the role, and a rollout that is stuck', async () => {
    // The webhook misses each pod of `a`, and `b` never comes up.
    const broken = {
      annotations: new Map([host('a'), host('b')].map((namespace) => [namespace, ROLE_ARN])),
      misses: new Map([[host('a'), 9]]),
      stuck: new Set([host('b')]),
    };
    const { outcomes, context } = await carriedOut(broken, asked, ['restart']);
    expect(outcomes).toMatchObject([
      [`restart/${host('a')}/external-secrets`, { status: 'failed', wrote: true }],
      [
        `restart/${host('b')}/external-secrets`,
        { status: 'failed', wrote: true, failure: { reason: 'rollout-failed' } },
      ],
    ]);
    expect([...context.progress.restarted]).toEqual([host('a'), host('b')]);
  });

  test('of pods that lose our role are done once they have', async () => {
    const { outcomes, space } = await carriedOut(
      {
        pods: spaceOf({ a: 'irsa', b: 'nothing' }).state.pods,
        deployments: new Map([[host('a'), deployment('a')]]),
      },
      {},
      ['restart'],
      planRemoval,
    );
    expect(outcomes).toEqual([[`restart/${host('a')}/external-secrets`, { status: 'done', wrote: true }]]);
    expect(space.state.clock.now()).toBeGreaterThan(START);
  });
});
