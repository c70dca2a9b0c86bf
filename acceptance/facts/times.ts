/** Facts on how long it takes until a change is seen elsewhere. */
import type { Fact } from './fact.ts';

export const TIME_FACTS = [
  {
    id: 'role-assumable',
    assumed: 'a new role can be assumed within 90 s',
    matters: ['src/wait/until-propagated.ts'],
    settled: 'assumes a new role again and again',
  },
  {
    id: 'role-seen-by-eks',
    assumed: 'EKS takes a new role for an association within 120 s',
    matters: ['src/aws/write/role-refused.ts'],
    settled: 'asks for an association with a new role again and again',
  },
  {
    id: 'trust-policy-seen-by-sts',
    assumed: 'STS goes by a changed trust policy within 90 s',
    matters: ['src/wait/until-propagated.ts'],
    settled: 'opens a role to a service account, and assumes it with a token of that again and again',
  },
  {
    id: 'policy-seen-by-simulation',
    assumed: 'IAM simulates by a new inline policy within 90 s',
    matters: ['src/evidence/settled-role.ts'],
    settled: 'simulates a read again and again after the policy was put',
  },
  {
    id: 'association-listed',
    assumed: 'a list of associations has a new one within 30 s',
    matters: ['src/flow/own-writes.ts'],
    settled: 'lists again and again after one was made',
  },
  {
    id: 'association-freed',
    assumed: 'EKS takes a new association of a service account within 60 s after the deletion of the last',
    matters: ['src/aws/write/associations.ts'],
    settled: 'deletes one, and asks for another again and again',
  },
  {
    id: 'association-injected',
    assumed: "EKS's webhook knows of a new association within 60 s; where it can't be asked, 10 s are waited",
    matters: ['src/apply/when-known.ts'],
    settled: 'makes an association, and tries a pod in a dry run again and again',
  },
  {
    id: 'annotation-injected',
    assumed: "EKS's webhook knows of a new annotation within 60 s; where it can't be asked, 10 s are waited",
    matters: ['src/apply/when-known.ts'],
    settled: 'annotates a service account, and tries a pod in a dry run again and again',
  },
  {
    id: 'association-change-served',
    assumed: 'EKS Auth serves the old role of a changed association for 5 s at most',
    matters: ['src/verify/credentials.ts'],
    settled: 'gives an association another role, and asks EKS Auth again and again',
  },
  {
    id: 'agent-after-active',
    assumed:
      "EKS calls the agent's add-on active within 10 min, and its pods are ready within another minute",
    matters: ['src/wait/agent.ts', 'src/aws/write/add-ons.ts'],
    settled: 'makes the add-on where it is not there, and looks at both',
  },
  {
    id: 'access-entry-admits',
    assumed: 'a new access entry lets its principal in within 60 s',
    matters: ['src/cluster/access-advice.ts'],
    settled: 'signs in with a role again and again after its access entry was made',
  },
] as const satisfies readonly Fact[];
