/** What is said of associations that others made, own or altered: they are reported, and block where they are in the way. */
import type { Blocker, Change } from '../model/change.ts';
import type { Proposal } from '../model/desired.ts';
import type { Host } from '../model/host.ts';
import type { Association } from '../model/world.ts';
import { unmanaged } from './change-maker.ts';

/** The id of a host's association, and whose it is. */
export function keyOf({ name, namespace }: Host): Pick<Change, 'id'> & Required<Pick<Change, 'host'>> {
  return { id: `association/${namespace}`, host: { name, namespace } };
}

/** `namespace/service-account (a-…)`. */
export function associationName({ namespace, serviceAccount, id }: Association): string {
  return `${namespace}/${serviceAccount} (${id})`;
}

/** Settings that this action never makes and leaves alone: they give the pods less of the role. */
export function alteredByOthers(host: Host, association: Association): readonly Change[] {
  const { hasPolicy } = association;
  const alteration = (what: string, reason: string): Change =>
    unmanaged({
      ...keyOf(host),
      address: `association/${host.namespace}/${what}`,
      target: associationName(association),
      reason: `${reason}; it is left alone`,
      severity: 'security',
      drift: true,
    });
  return hasPolicy ? [alteration('session-policy', 'someone narrowed it with a session policy')] : [];
}

/**
 * To give it our role, or session tags, its session policy would have to go: EKS takes one only with session tags off (EKS API
 * reference, `disableSessionTags`). Somebody narrowed it on purpose.
 */
export function narrowedByOthers(host: Host, association: Association, problem: string): Blocker {
  return {
    reason: 'not-owned',
    target: associationName(association),
    message: `${problem}; and someone narrowed it with a session policy, which EKS takes only with session tags off`,
    next: 'Take its session policy off, or delete the association by hand, then run again; or leave this control plane out with `control-planes`.',
    host: keyOf(host).host,
  };
}

/** One of someone else's that does its work is no one's problem; one that does not is in the way. */
export function notOurs(host: Host, association: Association, problem: string, purpose: string): Proposal {
  const { ownerArn, roleArn } = association;
  const target = associationName(association);
  const who =
    ownerArn === undefined ? "it does not carry this action's mark" : `the add-on ${ownerArn} owns it`;
  const { id, host: key } = keyOf(host);
  const seen = unmanaged({ id, host: key, target, reason: who, before: { roleArn }, severity: 'security' });
  if (problem === '') return { changes: [seen] };
  const next =
    ownerArn === undefined
      ? `Set \`adopt: true\` to take it over and ${purpose}, or delete it by hand.`
      : 'Change it through the add-on, or leave this control plane out with `control-planes`.';
  const message = `${problem}, and ${who}`;
  return { changes: [seen], blockers: [{ reason: 'not-owned', target, message, next, host: key }] };
}
