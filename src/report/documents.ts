/** The plan and the verification as JSON documents (contract, schemas). */
import type { Plan } from '../model/change.ts';
import type { Check } from '../model/check.ts';
import type { Config } from '../model/config.ts';
import type { Json } from '../model/json.ts';
import type { Place } from '../model/record.ts';
import type { World } from '../model/world.ts';
import { isVerified } from '../verify/verify.ts';

/** A document with the one list that may have to be cut where space is short. */
export interface Document {
  readonly rest: { readonly [key: string]: Json };
  readonly list: string;
  readonly items: readonly Json[];
  /** What stands in for further long parts when the document is cut. */
  readonly droppable: { readonly [key: string]: Json };
}

/** How many warnings and blockers are kept in a document that is cut. */
const FEW = 20;

/** Doubts are among its blockers: both keep the plan from being carried out. */
export function planDocument(config: Config, { cluster }: Place, plan: Plan, world: World): Document {
  const { warnings } = plan;
  const blockers = [...plan.doubts, ...plan.blockers].map(({ reason, target, message, next }) => ({
    reason,
    target,
    message,
    next,
  }));
  return {
    rest: {
      version: 1,
      mode: config.mode,
      identity: config.intent.identity,
      cluster: { name: cluster.name, arn: cluster.arn, region: cluster.region, account: cluster.account },
      digest: plan.digest,
      warnings,
      blockers,
      controlPlanes: world.selected.map(({ name, namespace, controlPlane }) => ({
        controlPlane: name,
        id: controlPlane?.id ?? '',
        namespace,
      })),
    },
    list: 'changes',
    items: plan.changes.map(({ id, address, action, target, reason, effect, before, after, severity }) => ({
      id,
      address,
      action,
      target,
      reason,
      effect,
      before,
      after,
      severity,
    })),
    droppable: { controlPlanes: [], warnings: warnings.slice(0, FEW), blockers: blockers.slice(0, FEW) },
  };
}

/** All checks, in their order. */
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
