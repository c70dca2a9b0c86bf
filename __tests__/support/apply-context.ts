/** What a resource is handed to carry its changes out, in the in-memory world. */
import type { Intent } from '../../src/model/config.ts';
import type { ApplyContext } from '../../src/apply/context.ts';
import { podProblem } from '../../src/mechanisms/index.ts';
import type { World } from '../../src/model/world.ts';
import { observe } from '../../src/observe/world.ts';
import { intent } from './factories.ts';
import { type FakeSpace, fakeSpace } from './fake-space.ts';
import { emptyState, type State } from './fake-state.ts';
import { host } from './names.ts';
import { type Carried, deployment, pod } from './workloads.ts';
import { placeOf } from './world-of.ts';

/** A Space whose control planes run one pod each that carries what is named. */
export function spaceOf(pods: Readonly<Record<string, Carried>>, overrides: Partial<State> = {}): FakeSpace {
  const ids = Object.keys(pods);
  return fakeSpace(
    emptyState({
      controlPlanes: ids.map((id) => ({
        group: 'team-a',
        name: `ctp-${id}`,
        id,
        deleting: false,
        matchesSelector: true,
        conditions: {},
      })),
      namespaces: ids.map((id) => ({ name: host(id) })),
      annotations: new Map(ids.map((id) => [host(id), undefined])),
      deployments: new Map(ids.map((id) => [host(id), deployment(id)])),
      pods: Object.entries(pods).map(([id, what]) => pod(id, what)),
      ...overrides,
    }),
  );
}

export async function worldIn(space: FakeSpace, overrides: Partial<Intent> = {}): Promise<World> {
  const asked = intent(overrides);
  return await observe(space.read, asked, placeOf(asked, space.state.cluster));
}

export function contextOf(space: FakeSpace, overrides: Partial<Intent> = {}): ApplyContext {
  const asked = intent(overrides);
  const { read, write } = space;
  const { target } = placeOf(asked, space.state.cluster);
  return {
    intent: asked,
    target,
    read,
    write,
    podProblem,
    progress: { outcomes: new Map(), begun: new Set(), restarted: new Set(), unseen: new Set() },
  };
}
