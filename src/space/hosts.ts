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

/** `1 pod`, `2 pods`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
