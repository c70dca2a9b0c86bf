/** The plan and the verification as JSON documents (contract, schemas). */
import type { Plan } from '../model/change.ts';
import type { Check } from '../model/check.ts';
import type { Config } from '../model/config.ts';
import type { Json } from '../model/json.ts';
import type { World } from '../model/world.ts';
import type { Place } from '../observe.ts';
import { displayName } from '../space/targets.ts';
import { isVerified } from '../verify/verify.ts';

/** A document with the one list that may have to be cut where space is short. */
export interface Document {
  readonly rest: { readonly [key: string]: Json };
  readonly list: string;
  readonly items: readonly Json[];
  /** What stands in for further long parts when the document is cut. */
  readonly droppable: { readonly [key: string]: Json };
}

export function planDocument(config: Config, { cluster }: Place, plan: Plan, world: World): Document {
  return {
    rest: {
      version: 1,
      mode: config.mode,
      identity: config.intent.identity,
      cluster: { name: cluster.name, arn: cluster.arn, region: cluster.region, account: cluster.account },
      digest: plan.digest,
      warnings: plan.warnings,
      blockers: plan.blockers.map(({ reason, target, message, next }) => ({ reason, target, message, next })),
      controlPlanes: world.controlPlanes
        .filter((one) => one.selected)
        .map((one) => ({ controlPlane: displayName(one), id: one.id ?? '', namespace: one.namespace ?? '' })),
    },
    list: 'changes',
    items: plan.changes.map(({ id, action, target, reason, effect, before, after, severity }) => ({
      id,
      action,
      target,
      reason,
      effect,
      before,
      after,
      severity,
    })),
    droppable: { controlPlanes: [] },
  };
}

export function verificationDocument(checks: readonly Check[]): Document {
  return {
    rest: { verified: isVerified(checks) },
    list: 'checks',
    items: checks.map(({ controlPlane, namespace, check, status, detail }) => ({
      controlPlane,
      namespace,
      check,
      status,
      detail,
    })),
    droppable: {},
  };
}

/** The whole document, for its file. */
export function wholeDocument({ rest, list, items }: Document): string {
  return `${JSON.stringify({ ...rest, [list]: items }, null, 2)}\n`;
}
