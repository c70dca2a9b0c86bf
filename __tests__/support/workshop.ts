/** What a resource is handed to carry its changes out, in the in-memory world. */
import type { Intent } from '../../src/model/config.ts';
import { observe } from '../../src/observe.ts';
import type { Workshop } from '../../src/resources/resource.ts';
import { caller, intent } from './factories.ts';
import { type FakeSpace, fakeSpace } from './fake-space.ts';
import { emptyState, type State } from './fake-state.ts';
import { host } from './names.ts';
import { type Carried, deployment, pod } from './workloads.ts';

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

export async function workshopOf(space: FakeSpace, overrides: Partial<Intent> = {}): Promise<Workshop> {
  const wanted = intent(overrides);
  return {
    intent: wanted,
    world: await observe(space.read, wanted, { caller, cluster: space.state.cluster }),
    read: space.read,
    write: space.write,
    identityChangedAt: undefined,
    restarted: new Set(),
  };
}
