/** A refusal names the policy that refuses: the advice is about that one. */
import { expect, test } from '@jest/globals';
import { isDenied } from '../../../src/aws/client/aws-error.ts';
import { awsFailure } from '../../../src/aws/client/aws-failure.ts';
import { deniedBy } from '../../../src/aws/client/denied-by.ts';
import { awsError } from '../fakes.ts';

const call = { tried: 'read role r', action: 'iam:GetRole', on: 'role r' };
const WHO = 'User: arn:aws:sts::111122223333:assumed-role/ci/run is not authorized to perform: iam:GetRole';
const ON = `${WHO} on resource: arn:aws:iam::111122223333:role/r`;
const SCP = 'arn:aws:organizations::444455556666:policy/o-abc/service_control_policy/p-1234';

/** In AWS's words (IAM user guide, "Troubleshoot access denied error messages"; announcement of January 2026 for the ARN). */
test.each([
  [
    'because no identity-based policy allows the iam:GetRole action',
    'Allow iam:GetRole on arn:aws:iam::111122223333:role/r in a policy of the job',
  ],
  [
    'because no identity-based policy allows the iam:GetRole action',
    '`aws iam put-role-policy --role-name ci --policy-name ',
  ],
  ['with an explicit deny in an identity-based policy', "A policy of the job's role denies iam:GetRole"],
  [
    'with an explicit deny in an identity-based policy: arn:aws:iam::111122223333:policy/Guard',
    '(arn:aws:iam::111122223333:policy/Guard) denies',
  ],
  [
    'because no resource-based policy allows the iam:GetRole action',
    'The policy of the resource itself does not allow',
  ],
  ['with an explicit deny in a resource-based policy', 'The policy of the resource itself denies'],
  [
    'because no session policy allows the iam:GetRole action',
    "session policy that the job's session was made with does not allow",
  ],
  ['with an explicit deny in a session policy', "session policy that the job's session was made with denies"],
  [
    'because no permissions boundary allows the iam:GetRole action',
    "permissions boundary of the job's role does not allow",
  ],
  [
    'with an explicit deny in a permissions boundary: arn:aws:iam::111122223333:policy/Edge',
    "boundary (arn:aws:iam::111122223333:policy/Edge) of the job's role denies",
  ],
  [
    'because no service control policy allows the iam:GetRole action',
    'a service control policy does not allow it',
  ],
  [
    `with an explicit deny in a service control policy: ${SCP}`,
    `a service control policy (${SCP}) denies it`,
  ],
  ['with an explicit deny in a resource control policy', 'a resource control policy denies it'],
  [
    'because no VPC endpoint policy allows the iam:GetRole action',
    'policy of the VPC endpoint through which the runner reaches AWS does not allow',
  ],
  [
    'with an explicit deny in a VPC endpoint policy',
    'policy of the VPC endpoint through which the runner reaches AWS denies',
  ],
  [
    'because no role trust policy allows the sts:AssumeRole action',
    'trust policy of the role does not allow',
  ],
  ['with an explicit deny in the role trust policy', 'trust policy of the role denies'],
  ['with an explicit deny', "Find the Deny on the job's role or on the resource"],
])('%s', (why, next) => {
  const failure = awsFailure(awsError('AccessDenied', `${ON} ${why}`), call);
  expect(failure.reason).toBe('access-denied');
  expect(failure.details.next).toContain(next);
});

test("only a policy of the job's role itself is answered with the files of permissions to add to it", () => {
  for (const kind of [
    'service control policy',
    'resource control policy',
    'VPC endpoint policy',
    'resource-based policy',
  ]) {
    const { details } = awsFailure(
      awsError('AccessDenied', `${ON} with an explicit deny in a ${kind}`),
      call,
    );
    expect(details.next).not.toContain('permissions/iam');
    expect(details.next).not.toMatch(/^Allow/);
  }
});

test('deniedBy: what AWS does not name stays unknown; a full stop is no part of an ARN', () => {
  expect(deniedBy(WHO)).toBeUndefined();
  expect(deniedBy('with an explicit deny in a policy')).toBeUndefined();
  expect(deniedBy(`with an explicit deny in a service control policy: ${SCP}.`)).toEqual({
    kind: 'service control policy',
    explicit: true,
    arn: SCP,
  });
});

test.each([
  [awsError('AccessDeniedException', 'x'), true],
  [awsError('ClientException', ON), true],
  [awsError('ClientException', 'the name is wrong'), false],
  [awsFailure(awsError('AccessDenied', 'x'), call), true],
  [awsFailure(awsError('Throttling', 'x'), call), false],
  [awsError('Throttling', 'x'), false],
  [awsError('UnrecognizedClientException', 'x'), false],
  [new Error('x'), false],
  ['x', false],
])('isDenied: of the error or of its Failure (%#)', (error, denied) => {
  expect(isDenied(error)).toBe(denied);
});

test.each(['User: arn:aws:iam::111122223333:user/alice is not', 'x is not'])(
  '%s authorized: no command for a role that AWS does not name',
  (who) => {
    const failure = awsFailure(awsError('AccessDenied', `${who} authorized to perform: iam:GetRole`), call);
    expect(failure.details.next).toContain('Allow iam:GetRole');
    expect(failure.details.next).not.toContain('put-role-policy');
  },
);
