/** What a second pass may write of the role: that it trusts the awaited control planes, and what these may read alone. */
import { desiredAccess } from '../desired/access.ts';
import { ownReads } from '../desired/expansions.ts';
import { desiredTrust } from '../desired/trust.ts';
import type { Desired } from '../model/desired.ts';
import { Failure } from '../model/failure.ts';
import type { Role, World } from '../model/world.ts';
import type { InlinePolicyWrite, TrustPolicyWrite, Write } from '../model/write.ts';
import { ACCESS_POLICY_NAME } from '../policy/access-policy.ts';
import { isEquivalent } from '../policy/equivalence.ts';

export interface SecondLook {
  readonly desired: Desired;
  /** The world that the first plan was made for. */
  readonly first: World;
  readonly now: World;
  /** The control planes that the first plan waited for. */
  readonly names: ReadonlySet<string>;
}

/** It writes the role's trust policy. */
export function isTrustWrite(write: Write): write is TrustPolicyWrite {
  return write.op === 'put-trust-policy' || write.op === 'narrow-trust-policy';
}

/** It writes the role's access policy. */
export function isAccessWrite(write: Write): write is InlinePolicyWrite {
  return write.op === 'put-inline-policy' || write.op === 'narrow-inline-policy';
}

/** Whether the role does not trust all of the awaited control planes yet. */
export function needsTrust({ desired, first, now, names }: SecondLook): boolean {
  const { intent, mechanism } = desired;
  if (intent.role.kind === 'referenced') return false;
  const actual = roleIn(now);
  const isUntrusted = now.placed.some(
    ({ name, trusted }) => names.has(name) && trusted[mechanism.identity] === 'no',
  );
  const { final, bridge } = desiredTrust(intent.role, desired, first);
  // The narrowing waits as long as a control plane lives on what it would take away.
  const left = bridge === undefined || bridge === 'no-room' ? [final] : [final, bridge];
  if (!isUntrusted || left.some((written) => isEquivalent(actual.trustPolicy, written))) return isUntrusted;
  throw changedMeanwhile(`the trust policy of ${actual.arn} is not as this run has left it`);
}

/** Whether one of the awaited control planes has a statement of its own to get. */
export function needsAccess({ desired, first, now, names }: SecondLook): boolean {
  const { intent, grants } = desired;
  if (intent.role.kind === 'referenced') return false;
  const actual = roleIn(now);
  const policy = actual.inlinePolicies[ACCESS_POLICY_NAME];
  const isAbout = now.placed.some((host) => names.has(host.name) && ownReads(grants, host).length > 0);
  const isMissing =
    isAbout && (policy === undefined || !isEquivalent(policy, desiredAccess(desired, now).final));
  const { final, bridge = final } = desiredAccess(desired, first);
  const isAsLeft = policy !== undefined && [final, bridge].some((written) => isEquivalent(policy, written));
  if (!isMissing || isAsLeft) return isMissing;
  throw changedMeanwhile(`the access policy of ${actual.arn} is not as this run has left it`);
}

function roleIn({ iam, target }: World): Role {
  if (iam.role === undefined) throw changedMeanwhile(`role ${target.roleArn} is gone`);
  return iam.role;
}

/** The failure of a second pass that finds something else than the first one has left. */
export function changedMeanwhile(what: string): Failure {
  return new Failure('plan-changed', {
    tried: 'serve the control planes that have become ready',
    said: `${what}: someone changed it meanwhile`,
    next: 'What was planned before has been carried out. Plan again to see what differs.',
  });
}
