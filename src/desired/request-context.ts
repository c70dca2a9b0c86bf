/** What a policy can look at in every call of the workload's role, so that it is evaluated as for a real one. */
import type { Target } from '../model/target.ts';

const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d+$/;
const ACCOUNT = /^\d{12}$/;

/**
 * Condition keys that AWS puts into every signed request for a resource (IAM user guide, global condition context keys). An
 * organisation that locks its regions by `aws:RequestedRegion` denies a simulated call that names none.
 */
export function requestContext(resource: string, target: Target): Readonly<Record<string, string>> {
  const [, , , region = '', account = ''] = resource.split(':');
  return {
    // Where a policy's pattern leaves them open, the call would go to the Space's own.
    'aws:RequestedRegion': REGION.test(region) ? region : target.region,
    'aws:ResourceAccount': ACCOUNT.test(account) ? account : target.account,
    // For a session this is the role's ARN (IAM user guide, aws:PrincipalArn).
    'aws:PrincipalArn': target.roleArn,
    'aws:PrincipalAccount': target.roleAccount,
    'aws:SecureTransport': 'true',
  };
}
