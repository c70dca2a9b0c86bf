/** EKS Auth's AssumeRoleForPodIdentity: what the agent on the node asks for a pod (API model `eks-auth`). */
import { z } from 'zod';
import { Failure } from '../../model/failure.ts';
import type { AssumeResult } from '../../model/ports.ts';
import { quote } from '../client/aws-failure.ts';
import { openSession } from './session.ts';
import { isBusy, type AssumeContext, send } from './signed-request.ts';

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

/** Final for the agent too. A missing association and a trust policy that does not admit may be on their way. */
const REFUSALS: ReadonlyMap<string, boolean> = new Map([
  ['AccessDenied', true],
  ['ResourceNotFound', true],
  ['InvalidToken', false],
  ['ExpiredToken', false],
  ['InvalidParameter', false],
  ['InvalidRequest', false],
]);

/** `AccessDenied` has two meanings: of the role's trust policy, or of the job's own permission to ask. */
const JOBS_OWN = /is not authorized to perform: eks-auth:/;

export async function assumeForPod(
  context: AssumeContext,
  clusterName: string,
  token: string,
): Promise<AssumeResult> {
  try {
    const keys = await context.clients.eks.config.credentials();
    const path = `/clusters/${encodeURIComponent(clusterName)}/assume-role-for-pod-identity`;
    const headers = { 'content-type': 'application/json' };
    const answer = await send(context, { service: 'EKS_AUTH', keys, path, headers, body: { token } }, true);
    if (answer.error === '') return assumed(context, answer.body);
    const said = `${answer.error}: ${answer.message}`;
    const mayPass = REFUSALS.get(answer.error);
    if (JOBS_OWN.test(answer.message)) return { kind: 'unanswered', said: `${said}. ${ALLOW}` };
    if (isBusy(answer) || mayPass === undefined) return { kind: 'unanswered', said };
    return { kind: 'refused', said, mayPass };
  } catch (error) {
    if (error instanceof Failure && error.reason === 'cancelled') throw error;
    return { kind: 'unanswered', said: quote(error) };
  }
}

const ALLOW = 'Allow the job’s role eks-auth:AssumeRoleForPodIdentity on the cluster to have it proven';

/** The answer is full of secrets: nothing of it is quoted when it is not as expected. */
function assumed(context: AssumeContext, body: string): AssumeResult {
  const read = answerSchema.safeParse(parsed(body)).data;
  if (read === undefined)
    return { kind: 'unanswered', said: 'the answer of EKS Auth is not of the known shape' };
  const { subject, podIdentityAssociation: association, assumedRoleUser, audience, credentials } = read;
  return {
    kind: 'assumed',
    assumedRole: assumedRoleUser.arn,
    subject: `system:serviceaccount:${subject.namespace}:${subject.serviceAccount}`,
    audience,
    association: { id: association.associationId, arn: association.associationArn },
    session: openSession(context, credentials),
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
