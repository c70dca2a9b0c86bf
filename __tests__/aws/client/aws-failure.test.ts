/** Errors of the SDK, read and explained. */
import { describe, expect, test } from '@jest/globals';
import {
  isAccessDenied,
  isNamed,
  isNetwork,
  isThrottled,
  readAwsError,
} from '../../../src/aws/client/aws-error.ts';
import { awsFailure, quotaOf, quote } from '../../../src/aws/client/aws-failure.ts';
import { Failure } from '../../../src/model/failure.ts';
import { awsError } from '../fakes.ts';

const call = { tried: 'read role r', action: 'iam:GetRole', on: 'role r' };

test.each([
  ['AccessDenied', 'x', {}, 'access-denied', 'Allow iam:GetRole on role r in a policy of the job'],
  [
    'AccessDeniedException',
    'User: u is not authorized to perform: eks:TagResource on resource: arn:a because',
    {},
    'access-denied',
    'Allow eks:TagResource on arn:a in',
  ],
  ['UnauthorizedOperation', 'x', {}, 'access-denied', 'permissions/iam/<mode>-<identity>.json'],
  [
    'AccessDenied',
    'x with an explicit deny in a service control policy',
    {},
    'access-denied',
    'organisation forbids',
  ],
  [
    'AccessDenied',
    'x because no permissions boundary allows the iam:GetRole action',
    {},
    'access-denied',
    'Widen the boundary',
  ],
  [
    'AccessDenied',
    'x with an explicit deny in an identity-based policy',
    {},
    'access-denied',
    'Find the Deny',
  ],
  ['Throttling', 'Rate exceeded', {}, 'throttled', 'one attempt'],
  ['ThrottlingException', 'Rate exceeded', { $metadata: { attempts: 8 } }, 'throttled', '8 attempts'],
  ['TooManyRequestsException', 'x', {}, 'throttled', 'Run again later'],
  ['Whatever', 'x', { $metadata: { httpStatusCode: 429 } }, 'throttled', 'Run again later'],
  [
    'LimitExceededException',
    'Cannot exceed quota for PoliciesPerRole: 10',
    {},
    'quota-exceeded',
    'quota is 10',
  ],
  ['LimitExceeded', 'Maximum policy size of 10240 bytes exceeded for role r', {}, 'quota-exceeded', '10240'],
  ['ResourceLimitExceededException', 'too many', {}, 'quota-exceeded', 'A quota of the account is used up'],
  ['ExpiredToken', 'x', {}, 'sign-in-denied', 'Sign in again'],
  ['ExpiredTokenException', 'x', {}, 'sign-in-denied', 'Sign in again'],
  ['InvalidClientTokenId', 'x', {}, 'sign-in-denied', 'Sign in again'],
  ['UnrecognizedClientException', 'x', {}, 'sign-in-denied', 'Sign in again'],
  ['CredentialsProviderError', 'x', {}, 'sign-in-denied', 'Sign in again'],
  ['InvalidSignatureException', 'x', {}, 'sign-in-denied', 'clock of the runner'],
  ['Error', 'getaddrinfo', { code: 'ENOTFOUND' }, 'timed-out', 'region exists'],
  ['Error', 'tunnel', { code: 'ERR_PROXY_TUNNEL' }, 'timed-out', 'HTTPS_PROXY'],
  ['Error', 'self-signed', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'timed-out', 'NODE_EXTRA_CA_CERTS'],
  ['TimeoutError', 'x', { $metadata: { attempts: 3 } }, 'timed-out', '3 attempts'],
  ['ServiceFailureException', 'x', {}, 'timed-out', 'AWS itself failed'],
  ['ServerException', 'x', { $metadata: { httpStatusCode: 502 } }, 'timed-out', 'health.aws.amazon.com'],
  ['NoSuchEntityException', 'x', {}, 'plan-changed', 'role r was there'],
  ['ResourceNotFoundException', 'No cluster found for name: c.', {}, 'cluster-not-found', 'cluster-name'],
  ['ConcurrentModificationException', 'x', {}, 'plan-changed', 'same time'],
  ['EntityAlreadyExistsException', 'x', {}, 'not-owned', 'adopt: true'],
  ['ValidationError', 'x', {}, 'invalid-input', 'from the inputs'],
  ['RegionDisabledException', 'x', {}, 'invalid-input', 'aws-region'],
  ['MalformedPolicyDocumentException', 'x', {}, 'invalid-input', 'a policy that is made of the inputs'],
  ['DeleteConflict', 'x', {}, 'not-owned', 'is still attached to role r'],
  ['EndpointError', 'x', { $metadata: undefined }, 'invalid-input', 'AWS_USE_FIPS_ENDPOINT'],
  ['UnknownOperationException', 'x', { $metadata: { httpStatusCode: 404 } }, 'invalid-input', 'iam:GetRole'],
  ['InvalidAction', 'x', { $metadata: { httpStatusCode: 400 } }, 'invalid-input', 'AWS_ENDPOINT_URL'],
  ['TypeError', 'x is not a function', {}, 'internal', 'defect'],
])('%s "%s" %j is %s', (name, message, more, reason, next) => {
  const error = awsError(name, message, more);
  const failure = awsFailure(error, call);
  expect(failure.reason).toBe(reason);
  expect(failure.details.tried).toBe('read role r');
  expect(failure.details.said).toContain(message);
  expect(failure.details.next).toContain(next);
  expect(failure.cause).toBe(error);
});

test.each([
  ['eks:CreatePodIdentityAssociation', 'not-owned', 'adopt: true'],
  [
    'eks:DeletePodIdentityAssociation',
    'plan-changed',
    'Somebody else changes association a-1 at the same time',
  ],
  ['eks:UpdatePodIdentityAssociation', 'plan-changed', 'run again'],
])('what is in use was made by others only where it was to be made: %s is %s', (action, reason, next) => {
  const failure = awsFailure(awsError('ResourceInUseException', 'in use'), {
    tried: 'change it',
    action,
    on: 'association a-1',
  });
  expect([failure.reason, failure.details.next]).toEqual([reason, expect.stringContaining(next)]);
});

test('the request id is kept for AWS support', () => {
  expect(awsFailure(awsError('Throttling', 'x'), call).details.said).toBe('Throttling: x (request id req-1)');
});

test('a Failure passes as it is', () => {
  const failure = new Failure('cancelled', { tried: 'a', said: 'b', next: 'c' });
  expect(awsFailure(failure, call)).toBe(failure);
});

test('anything may be thrown', () => {
  const failure = awsFailure('just text', call);
  expect([failure.reason, failure.details.said]).toEqual(['internal', 'just text']);
  expect(quote(7)).toBe('7');
});

describe('readAwsError', () => {
  test('a refused connection without a text is known by its code', () => {
    const error = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' });
    expect(readAwsError(error)).toMatchObject({ name: 'AggregateError', message: 'ECONNREFUSED' });
    expect(readAwsError(new Error(''))?.message).toBe('Error');
  });

  test('odd members do not hide the rest', () => {
    const error = Object.assign(new Error('m'), { code: 7, $metadata: 'none' });
    expect(readAwsError(error)).toMatchObject({ name: 'Error', message: 'm', code: undefined });
  });

  test('the suffix does not matter', () => {
    expect(isNamed(awsError('NoSuchEntityException'), 'NoSuchEntity')).toBe(true);
    expect(isNamed(awsError('NoSuchEntity'), 'NoSuchEntity')).toBe(true);
    expect(isNamed(undefined, 'NoSuchEntity')).toBe(false);
  });

  test('a plain error is none of the kinds', () => {
    const plain = { name: 'Error', message: 'x' };
    expect([isNetwork(plain), isAccessDenied(plain), isThrottled(plain)]).toEqual([false, false, false]);
  });
});

test.each([
  ['Cannot exceed quota for ACLSizePerRole: 2048', 2048],
  ['Maximum policy size of 10240 bytes exceeded for role r', 10_240],
  ['limit of 1000 exceeded', 1000],
  ['too much', undefined],
])('quotaOf(%j)', (message, quota) => {
  expect(quotaOf(message)).toBe(quota);
});
