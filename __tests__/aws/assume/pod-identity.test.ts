/** What the job is told when EKS Auth does not let it ask: the policy that AWS names. */
import { expect, test } from '@jest/globals';
import { assumeForPod } from '../../../src/aws/assume/pod-identity.ts';
import { answering, coded } from './answering.ts';

const DENIED =
  'User: arn:aws:sts::111122223333:assumed-role/ci/run is not authorized to perform: eks-auth:AssumeRoleForPodIdentity on resource: arn:aws:eks:eu-central-1:111122223333:cluster/space';

test.each([
  [DENIED, "Allow the job's role eks-auth:AssumeRoleForPodIdentity"],
  [
    `${DENIED} because no identity-based policy allows the eks-auth:AssumeRoleForPodIdentity action`,
    "Allow the job's role",
  ],
  [`${DENIED} with an explicit deny in an identity-based policy`, "A policy of the job's role denies"],
  [`${DENIED} with an explicit deny in a service control policy`, 'A policy of the AWS organisation forbids'],
  [
    `${DENIED} because no VPC endpoint policy allows the eks-auth:AssumeRoleForPodIdentity action`,
    'policy of the VPC endpoint',
  ],
])('%s', async (message, advice) => {
  const { context, close } = await answering(400, coded('AccessDeniedException', message));
  const answer = await assumeForPod(context, 'space', 'token');
  close();
  expect(answer).toMatchObject({ kind: 'unanswered', said: expect.stringContaining(advice) });
});

test.each(['<html>blocked</html>', '{"error":"Unsupported service: eks-auth"}', ''])(
  'what something else writes in place of EKS Auth is no refusal: %j',
  async (body) => {
    const { context, close } = await answering(403, body);
    const answer = await assumeForPod(context, 'space', 'token');
    close();
    expect(answer).toMatchObject({ kind: 'unanswered', said: 'HTTP 403: a text that AWS does not write' });
  },
);
