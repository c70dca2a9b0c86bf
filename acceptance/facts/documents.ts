/** Facts on what AWS keeps of a document that it was given. */
import type { Fact } from './fact.ts';

export const DOCUMENT_FACTS = [
  {
    id: 'trust-policy-kept',
    assumed:
      'IAM gives a trust policy back with the same meaning: it may unwrap lists of one, and adds nothing',
    matters: ['src/policy/equivalence.ts', 'src/resources/trust-policy.ts'],
    settled: 'puts lists of one and of several into a trust policy, and compares what comes back by meaning',
  },
  {
    id: 'access-policy-kept',
    assumed: 'IAM gives an inline policy back with the same meaning',
    matters: ['src/policy/equivalence.ts', 'src/resources/access-policy.ts'],
    settled: 'the same with an inline policy',
  },
  {
    id: 'session-policy-kept',
    assumed: 'EKS gives a session policy back as the text that it was sent',
    matters: ['src/policy/session-policy.ts'],
    settled: 'puts one on an association, and describes that',
  },
  {
    id: 'session-policy-removed',
    assumed: 'an empty text takes the session policy of an association away',
    matters: ['src/aws/write/associations.ts', 'sandbox/aws/eks/associations.ts'],
    settled: 'updates an association that has one with an empty text, and describes it',
  },
  {
    id: 'target-role-removed',
    assumed: 'an empty text takes the target role of an association away',
    matters: ['src/aws/write/associations.ts'],
    settled: 'updates an association that has one with an empty text, and describes it',
  },
  {
    id: 'session-policy-blanks',
    assumed: 'EKS counts blanks in the 2,048 characters of a session policy',
    matters: ['src/policy/session-policy.ts', 'sandbox/aws/eks/association-rules.ts'],
    settled:
      'sends a session policy that is over 2,048 characters by its blanks alone, and expects a refusal',
  },
  {
    id: 'trust-policy-blanks',
    assumed: 'IAM does not count white space in the quota of trust policies',
    matters: ['src/policy/equivalence.ts', 'src/aws/write/role-policies.ts'],
    settled: 'puts a trust policy that is over the quota by its white space alone',
  },
  {
    id: 'second-apply-writes-nothing',
    assumed: 'after an apply, a second one finds everything as desired in what AWS gives back',
    matters: ['src/plan/plan.ts'],
    settled: 'applies twice in every scene, and expects the output `changed` to be `false`',
  },
] as const satisfies readonly Fact[];
