/** Facts on how AWS refuses: codes and words that the code goes by. */
import type { Fact } from './fact.ts';

export const REFUSAL_FACTS = [
  {
    id: 'association-without-trust',
    assumed:
      'EKS refuses a role that does not trust pods.eks: `InvalidParameterException`, “Trust policy of the role provided is invalid”',
    matters: ['src/aws/write/role-refused.ts'],
    settled: 'asks for an association with such a role, for up to 30 s',
  },
  {
    id: 'association-without-role',
    assumed:
      'EKS refuses a role that is not there: `InvalidParameterException`, “Role provided in the request does not exist”',
    matters: ['src/aws/write/role-refused.ts'],
    settled: 'asks for an association with such a role',
  },
  {
    id: 'association-twice',
    assumed: 'EKS refuses a second association of a service account: `ResourceInUseException`',
    matters: ['src/aws/write/associations.ts'],
    settled: 'asks for one twice',
  },
  {
    id: 'association-unchanged',
    assumed: 'EKS refuses an update of an association that names nothing to change',
    matters: ['src/aws/write/associations.ts'],
    settled: 'sends one',
  },
  {
    id: 'session-policy-with-tags',
    assumed: 'EKS refuses a session policy while session tags are on: `InvalidParameterException`',
    matters: ['src/aws/write/associations.ts', 'src/resources/association-owners.ts'],
    settled: 'sends both',
  },
  {
    id: 'trust-policy-too-long',
    assumed:
      'IAM refuses a trust policy over the quota: `LimitExceeded`, “Cannot exceed quota for ACLSizePerRole: N”',
    matters: ['src/aws/client/aws-codes.ts', 'src/aws/read/roles.ts'],
    settled: 'sends one that is over the quota that GetAccountSummary gives',
  },
  {
    id: 'denied-by-iam',
    assumed:
      'IAM denies with `AccessDenied` and “is not authorized to perform: ACTION on resource: … because no identity-based policy allows …”',
    matters: ['src/aws/client/denied-by.ts'],
    settled: 'reads a role as one who may not',
  },
  {
    id: 'denied-by-eks',
    assumed: 'EKS denies with `AccessDeniedException` and the same words',
    matters: ['src/aws/client/denied-by.ts'],
    settled: 'lists add-ons as one who may not',
  },
  {
    id: 'absent-add-on-path',
    assumed:
      'EKS authorises an add-on that is not there under the path of the call, `/clusters/NAME/addons/…`',
    matters: ['src/aws/calls.ts', 'scripts/permissions/iam.ts'],
    settled: 'describes such an add-on as one who may not, and reads the resource in the denial',
  },
  {
    id: 'association-needs-get-role',
    assumed:
      'the published policies grant `iam:GetRole` besides `iam:PassRole`: one of the two alone may be refused, which is not documented',
    matters: ['src/aws/calls.ts', 'sandbox/aws/settings.ts'],
    settled:
      'makes an association as one who may not read roles: as assumed either way, and the report says which',
  },
  {
    id: 'tags-need-tag-resource',
    assumed: 'making an association with tags needs `eks:TagResource`',
    matters: ['src/aws/calls.ts', 'sandbox/aws/settings.ts'],
    settled: 'makes one with tags as one who may not tag, and expects a refusal',
  },
  {
    id: 'published-permissions',
    assumed: 'every mode runs with its two published files alone, and is refused nothing on the way',
    matters: ['permissions/iam/apply-irsa.json', 'permissions/rbac/apply-pod-identity.yaml'],
    settled:
      'each run of each scene has a role and a group with nothing else; its log is searched for denials',
  },
] as const satisfies readonly Fact[];
