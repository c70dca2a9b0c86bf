/** Which control planes had secret stores that may have failed for what this run has mended in AWS. */
import type { Change } from '../model/change.ts';
import type { Desired } from '../model/desired.ts';
import type { RunRecord } from '../model/record.ts';
import { isBy } from '../resources/change-maker.ts';
import { isKeptOut } from '../verify/trust.ts';

const letsIn = isBy(['create-oidc-provider', 'add-audience', 'create-role', 'put-trust-policy']);
const letsRead = isBy(['put-inline-policy', 'put-permissions-boundary']);

/** Whether this run has made a change of this kind. */
export function hasMade({ plan, outcomes }: RunRecord, isOfKind: (change: Change) => boolean): boolean {
  return (
    plan?.changes.some((change) => isOfKind(change) && outcomes.get(change.address)?.wrote === true) === true
  );
}

/** Their namespaces. A trust policy that lets in one more control plane has mended nothing for those that it let in before. */
export function mendedInAws(record: RunRecord, desired: Desired): ReadonlySet<string> {
  const { world } = record;
  if (world === undefined) return new Set();
  const isForAll = hasMade(record, letsRead);
  if (!isForAll && !hasMade(record, letsIn)) return new Set();
  const mended = world.placed.filter((host) => isForAll || isKeptOut(host, desired, world));
  return new Set(mended.map(({ namespace }) => namespace));
}
