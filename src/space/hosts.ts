/** Questions about hosts that several rooms ask. */
import type { Host } from '../model/host.ts';
import type { World } from '../model/world.ts';

/** This run is about it. */
export function isSelected({ state }: Host): boolean {
  return state.kind === 'served' || state.kind === 'not-ready';
}

/** Why a selected control plane can't be looked at yet, in words; undefined when it can. */
export function whyNotReady({ state }: Host): string | undefined {
  return state.kind === 'not-ready' ? state.why : undefined;
}

/** The served hosts whose service account carries a role annotation, whatever role it is. */
export function annotated({ placed }: World): readonly Host[] {
  return placed.filter(({ serviceAccount }) => serviceAccount?.roleArn !== undefined);
}

/** Whether there is anything to look at: a placed control plane, or a Space without one, whose role and agent are looked at. */
export function isAnyoneJudged({ placed, selected }: World): boolean {
  return placed.length > 0 || selected.length === 0;
}

/** Stands in where a Space without a control plane is judged. */
export const NO_HOST: Host = {
  name: '',
  namespace: '',
  namespaceState: 'absent',
  state: { kind: 'not-ready', why: 'the Space has no control plane yet' },
  isHostNamespace: false,
  deployments: [],
  pods: [],
  stores: [],
  possibleStores: [],
  secrets: { kind: 'read', selected: [], possible: [] },
  inStores: { group: '', name: '' },
  trusted: { irsa: 'no', 'pod-identity': 'no' },
  placeholders: {},
};
