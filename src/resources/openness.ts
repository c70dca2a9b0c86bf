/** What is said of a trust policy that asks for no namespace. */
import type { DesiredTrust } from '../desired/trust.ts';
import type { World } from '../model/world.ts';
import { isEquivalent } from '../policy/equivalence.ts';
import { untaggedTrust } from '../policy/trust-documents.ts';

/** What a reviewer has to know of a trust policy that asks for no namespace. */
export function opennessOf({ final }: DesiredTrust, { target }: World): string {
  return isEquivalent(final, untaggedTrust(target))
    ? 'it is bound to account and cluster only: whoever may make an association in the cluster with this role gets all that the role may, so that session policies alone keep control planes apart'
    : '';
}
