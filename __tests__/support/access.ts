/** The access policy of grants that know no placeholders. */
import type { Grants } from '../../src/model/grant.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import { accessPolicy } from '../../src/policy/access-policy.ts';

export function commonAccess({ reads, keys }: Pick<Grants, 'reads' | 'keys'>): PolicyDocument {
  return accessPolicy({ reads, keys, byVariable: [], own: [], kept: [] });
}
