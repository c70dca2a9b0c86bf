/** EKS looks at the trust policy of a role when an association is made or changed; of a role made elsewhere, the plan does so before. */
import type { Blocker, Change } from '../model/change.ts';
import type { Desired } from '../model/desired.ts';
import type { World } from '../model/world.ts';
import { POD_IDENTITY_PRINCIPAL } from '../policy/trust-documents.ts';
import { offersPodIdentity } from '../policy/trust-evaluation.ts';

const OFFER = {
  Effect: 'Allow',
  Principal: { Service: POD_IDENTITY_PRINCIPAL },
  Action: ['sts:AssumeRole', 'sts:TagSession'],
};

/** What keeps EKS from taking the role for the associations that would be written. */
export function roleThatEksRefuses(
  changes: readonly Change[],
  { intent }: Desired,
  { iam }: World,
): readonly Blocker[] {
  const isWritten = changes.some(
    ({ write }) => write?.op === 'create-association' || write?.op === 'update-association',
  );
  const { role } = iam;
  if (!isWritten || intent.role.kind !== 'referenced' || role === undefined) return [];
  if (offersPodIdentity(role.trustPolicy)) return [];
  return [
    {
      reason: 'invalid-input',
      target: role.arn,
      message:
        'the trust policy of `role-arn` does not allow `pods.eks.amazonaws.com` both `sts:AssumeRole` and `sts:TagSession`, and EKS takes no association with such a role',
      next: `Have its owner add to its trust policy ${JSON.stringify(OFFER)}, with conditions as narrow as they like, or use \`identity: irsa\`.`,
    },
  ];
}
