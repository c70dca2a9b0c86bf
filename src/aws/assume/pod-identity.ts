/** Assumes the workload's role with a token of its pod, as the Pod Identity agent does (API model `eks-auth`). */
import { z } from 'zod';
import { isFailureOf } from '../../model/failure.ts';
import type { AssumeResult } from '../../model/proof-ports.ts';
import { parseJsonIfValid } from '../../tools/parse-json.ts';
import { quote } from '../client/aws-failure.ts';
import { adviseOnDenial, deniedBy } from '../client/denied-by.ts';
import { openSession } from './session.ts';
import { type AssumeContext, isBusy, sendSigned } from './signed-request.ts';

const answerSchema = z.object({
  subject: z.object({ namespace: z.string(), serviceAccount: z.string() }),
  audience: z.string(),
  podIdentityAssociation: z.object({ associationArn: z.string(), associationId: z.string() }),
  assumedRoleUser: z.object({ arn: z.string() }),
  credentials: z.object({
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    sessionToken: z.string(),
  }),
});

/** A missing association or a trust policy that does not match: either may be about to change. */
const OF_THE_ROLE: ReadonlySet<string> = new Set(['AccessDenied', 'ResourceNotFound']);
/** What EKS says of the pod's token. */
const OF_THE_TOKEN: ReadonlySet<string> = new Set([
  'InvalidToken',
  'ExpiredToken',
  'InvalidParameter',
  'InvalidRequest',
]);

/** AWS's words for the session that has signed the request: it has the code of an expired token too. */
const JOB_SESSION_OVER = /security token included in the request/i;

/** `AccessDenied` means that the role's trust policy does not match, or, with this text, that the job itself may not ask. */
const JOB_NOT_ALLOWED = /is not authorized to perform: eks-auth:/;

/** The policy that AWS names, where it names one; as a rule it is only that nobody has allowed it. */
function howToAllow(message: string, clusterName: string): string {
  const denier = deniedBy(message);
  if (denier === undefined || (denier.kind === 'identity-based policy' && !denier.explicit)) {
    return "Allow the job's role eks-auth:AssumeRoleForPodIdentity on the cluster, or leave `prove-access` out";
  }
  const action = 'eks-auth:AssumeRoleForPodIdentity';
  return adviseOnDenial(message, { action, on: `cluster ${clusterName}` });
}

/** Throws only when the job is cancelled. */
export async function assumeForPod(
  context: AssumeContext,
  clusterName: string,
  token: string,
): Promise<AssumeResult> {
  try {
    const keys = await context.clients.eks.config.credentials();
    const path = `/clusters/${encodeURIComponent(clusterName)}/assume-role-for-pod-identity`;
    const headers = { 'content-type': 'application/json' };
    const answer = await sendSigned(
      context,
      { service: 'EKS_AUTH', keys, path, headers, body: { token } },
      true,
    );
    if (answer.error === '') return assumed(context, answer.body);
    const said = `${answer.error}: ${answer.message}`;
    if (JOB_NOT_ALLOWED.test(answer.message)) {
      return { kind: 'unanswered', said: `${said}. ${howToAllow(answer.message, clusterName)}` };
    }
    const ofToken = OF_THE_TOKEN.has(answer.error) && !JOB_SESSION_OVER.test(answer.message);
    const mayPass = OF_THE_ROLE.has(answer.error);
    if (isBusy(answer) || (!ofToken && !mayPass)) return { kind: 'unanswered', said };
    return { kind: 'refused', said, mayPass, ofToken };
  } catch (error) {
    if (isFailureOf(error, 'cancelled')) throw error;
    return { kind: 'unanswered', said: quote(error) };
  }
}

/** The answer holds secrets: nothing of it is quoted, even when it has an unknown shape. */
function assumed(context: AssumeContext, body: string): AssumeResult {
  const answer = parseJsonIfValid(body, answerSchema);
  if (answer === undefined)
    return { kind: 'unanswered', said: 'the answer of EKS Auth is not of the known shape' };
  const { subject, podIdentityAssociation: association, assumedRoleUser, audience, credentials } = answer;
  return {
    kind: 'assumed',
    assumedRole: assumedRoleUser.arn,
    subject: `system:serviceaccount:${subject.namespace}:${subject.serviceAccount}`,
    audience,
    association: { id: association.associationId, arn: association.associationArn },
    session: openSession(context, credentials),
  };
}
