/** The verification: one judgement per control plane and check, over a world observed after the last write. Pure. */
import type { Check, CheckName, CheckStatus } from '../model/check.ts';
import type { Intent } from '../model/config.ts';
import type { World } from '../model/world.ts';
import { displayName, missingWorkload, type Target, targets } from '../space/targets.ts';
import { annotationCheck } from './annotation.ts';
import { associationCheck } from './association.ts';
import { injectionCheck } from './injection.ts';
import { rolloutCheck } from './rollout.ts';

export interface Judgement {
  readonly status: CheckStatus;
  readonly detail: string;
}

export type Judge = (target: Target, intent: Intent, world: World) => Judgement;

const JUDGES: Readonly<Record<Intent['identity'], readonly (readonly [CheckName, Judge])[]>> = {
  irsa: [
    ['service-account-annotation', annotationCheck],
    ['rollout', rolloutCheck],
    ['pod-identity-injected', injectionCheck],
  ],
  'pod-identity': [
    ['association', associationCheck],
    ['rollout', rolloutCheck],
    ['pod-identity-injected', injectionCheck],
  ],
};

export function verify(intent: Intent, world: World): readonly Check[] {
  const served = targets(world).flatMap((target) => {
    const { group } = target.controlPlane;
    const controlPlane = group === '' ? '' : displayName(target.controlPlane);
    const base = { controlPlane, namespace: target.namespace };
    const missing = missingWorkload(world, target);
    return JUDGES[intent.identity].map(([check, judge]): Check => {
      if (missing !== undefined) return { ...base, check, status: 'unknown', detail: missing };
      return { ...base, check, ...judge(target, intent, world) };
    });
  });
  return [...served, ...unmapped(intent, world)];
}

/** Selected, but nobody knows yet where their controllers will run: nothing about them is proved. */
function unmapped(intent: Intent, world: World): readonly Check[] {
  return world.controlPlanes.flatMap((one) => {
    if (!one.selected || one.namespace !== undefined) return [];
    const base = { controlPlane: displayName(one), namespace: '', detail: one.notReady ?? '' };
    return JUDGES[intent.identity].map(([check]): Check => ({ ...base, check, status: 'unknown' }));
  });
}

/** `unknown` is no proof: only passes, and warnings that came with them, count. */
export function isVerified(checks: readonly Check[]): boolean {
  return checks.every((check) => check.status === 'pass' || check.status === 'warn');
}
