/** Implements the port that assumes the workload's role as the workload would. */
import type { RoleAssumer } from '../model/proof-ports.ts';
import { assumeForPod } from './assume/pod-identity.ts';
import type { AssumeContext } from './assume/signed-request.ts';
import { assumeWithToken } from './assume/web-identity.ts';

/** Both mechanisms. Its methods throw only when the job is cancelled: a refusal is a result. */
export function createRoleAssumer(context: AssumeContext): RoleAssumer {
  return {
    assumeWithWebIdentity: (roleArn, token, reads) => assumeWithToken(context, roleArn, token, reads),
    assumeForPodIdentity: (clusterName, token) => assumeForPod(context, clusterName, token),
  };
}
