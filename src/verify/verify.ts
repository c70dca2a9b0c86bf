/** The verification: one judgement per control plane and check, over a world observed after the last write. Pure. */
import type { Check, CheckName } from '../model/check.ts';
import type { Intent } from '../model/config.ts';
import type { Evidence, Finding } from '../model/evidence.ts';
import type { World } from '../model/world.ts';
import { displayName, missingWorkload, type Target, targets } from '../space/targets.ts';
import { agentCheck } from './agent.ts';
import { annotationCheck } from './annotation.ts';
import { associationCheck } from './association.ts';
import { injectionCheck } from './injection.ts';
import { permissionFinding, permissionsElsewhere } from './permissions.ts';
import { rolloutCheck } from './rollout.ts';
import { storeAuthCheck, storeStatusCheck } from './stores.ts';
import { trustCheck } from './trust.ts';

export type Judge = (target: Target, intent: Intent, world: World, evidence: Evidence) => Finding;

type Judges = readonly (readonly [CheckName, Judge])[];

const ON_THE_PODS: Judges = [
  ['rollout', rolloutCheck],
  ['pod-identity-injected', injectionCheck],
];

const STORES: Judges = [
  ['store-auth', storeAuthCheck],
  ['store-status', storeStatusCheck],
];

export function verify(intent: Intent, world: World, evidence: Evidence): readonly Check[] {
  const judges = judgesOf(intent, world, evidence);
  const served = targets(world).flatMap((target) => {
    const { group } = target.controlPlane;
    const controlPlane = group === '' ? '' : displayName(target.controlPlane);
    const base = { controlPlane, namespace: target.namespace };
    const missing = missingWorkload(world, target);
    return judges.map(([check, judge]): Check => {
      if (missing !== undefined) return { ...base, check, status: 'unknown', detail: missing };
      return { ...base, check, ...judge(target, intent, world, evidence) };
    });
  });
  return [...served, ...unmapped(judges, world)];
}

/** Selected, but nobody knows yet where their controllers will run: nothing about them is proved. */
function unmapped(judges: Judges, { controlPlanes }: World): readonly Check[] {
  return controlPlanes.flatMap((one) => {
    if (!one.selected || one.namespace !== undefined || one.notReady === undefined) return [];
    const base = { controlPlane: displayName(one), namespace: '', detail: one.notReady };
    return judges.map(([check]): Check => ({ ...base, check, status: 'unknown' }));
  });
}

function judgesOf(intent: Intent, world: World, evidence: Evidence): Judges {
  // One role for all control planes: judged once.
  const permissions = permissionFinding(intent, world, evidence);
  const { proofs } = evidence;
  return [
    intent.identity === 'irsa'
      ? ['service-account-annotation', annotationCheck]
      : ['association', associationCheck],
    ...ON_THE_PODS,
    ['trust-policy', trustCheck],
    [
      'permissions',
      ({ namespace }) => permissions ?? permissionsElsewhere(intent, world, proofs?.get(namespace)),
    ],
    ...STORES,
    ...(intent.identity === 'pod-identity' ? [['agent', agentCheck] as const] : []),
    ...(proofs === undefined ? [] : proofJudges(proofs)),
  ];
}

const NOT_PROVEN: Finding = { status: 'unknown', detail: 'it was not tried' };

function proofJudges(proofs: NonNullable<Evidence['proofs']>): Judges {
  return [
    ['access-proof', ({ namespace }) => proofs.get(namespace)?.access ?? NOT_PROVEN],
    ['access-proof-negative', ({ namespace }) => proofs.get(namespace)?.negative ?? NOT_PROVEN],
  ];
}

/** `unknown` is no proof: only passes, and warnings that came with them, count. */
export function isVerified(checks: readonly Check[]): boolean {
  return checks.every((check) => check.status === 'pass' || check.status === 'warn');
}
