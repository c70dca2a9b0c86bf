/** The access policy of grants that know no placeholders. */
import type { Grants } from '../../src/model/grant.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import { accessPolicy } from '../../src/policy/access-policy.ts';

/** Roles are assumed with the tags of Pod Identity, when no other actions are given. */
export function commonAccess(
  { reads, keys, assumes: roles }: Pick<Grants, 'reads' | 'keys' | 'assumes'>,
  actions: readonly string[] = ['sts:AssumeRole', 'sts:TagSession'],
): PolicyDocument {
  return accessPolicy({ reads, keys, byVariable: [], own: [], assumes: { roles, actions }, kept: [] });
}
