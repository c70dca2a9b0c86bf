/** Every error that AWS's models list for the calls of this action has a reason: `internal` is for defects of ours. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { awsFailure } from '../../../src/aws/client/aws-failure.ts';
import { AWS_CALLS } from '../../../src/aws/calls.ts';
import type { FailureReason } from '../../../src/model/failure.ts';
import { awsError } from '../fakes.ts';

/** In the models of the calls that are made: by what each error comes out as. */
const MODELLED: Readonly<Record<string, FailureReason>> = {
  BadRequestException: 'invalid-input',
  ClientException: 'invalid-input',
  ConcurrentModificationException: 'plan-changed',
  DeleteConflictException: 'not-owned',
  EKSServiceException: 'invalid-input',
  EntityAlreadyExistsException: 'not-owned',
  ExpiredTokenException: 'sign-in-denied',
  IAMServiceException: 'invalid-input',
  IDPCommunicationErrorException: 'timed-out',
  IDPRejectedClaimException: 'sign-in-denied',
  InvalidIdentityTokenException: 'sign-in-denied',
  InvalidInputException: 'invalid-input',
  InvalidParameterException: 'invalid-input',
  InvalidRequestException: 'invalid-input',
  LimitExceededException: 'quota-exceeded',
  MalformedPolicyDocumentException: 'invalid-input',
  NoSuchEntityException: 'plan-changed',
  NotFoundException: 'plan-changed',
  OpenIdIdpCommunicationErrorException: 'timed-out',
  PackedPolicyTooLargeException: 'quota-exceeded',
  PolicyEvaluationException: 'timed-out',
  PolicyNotAttachableException: 'invalid-input',
  RegionDisabledException: 'invalid-input',
  ResourceInUseException: 'not-owned',
  ResourceLimitExceededException: 'quota-exceeded',
  ResourceNotFoundException: 'plan-changed',
  STSServiceException: 'invalid-input',
  ServerException: 'timed-out',
  ServiceFailureException: 'timed-out',
  ServiceUnavailableException: 'timed-out',
  UnmodifiableEntityException: 'not-owned',
};

/** "Common Errors" in the references of IAM, STS and EKS, of today and of earlier years, and of the SDK's own sign-ins. */
const COMMON: Readonly<Record<string, FailureReason>> = {
  AccessDeniedException: 'access-denied',
  ExpiredTokenException: 'sign-in-denied',
  IncompleteSignature: 'sign-in-denied',
  InternalFailure: 'timed-out',
  InternalServerException: 'timed-out',
  InvalidAction: 'invalid-input',
  InvalidClientTokenId: 'sign-in-denied',
  InvalidParameterCombination: 'invalid-input',
  InvalidParameterValue: 'invalid-input',
  InvalidQueryParameter: 'invalid-input',
  InvalidStateException: 'plan-changed',
  MalformedHttpRequestException: 'timed-out',
  MalformedQueryString: 'invalid-input',
  MissingAction: 'invalid-input',
  MissingAuthenticationToken: 'sign-in-denied',
  MissingParameter: 'invalid-input',
  NotAuthorized: 'access-denied',
  OptInRequired: 'invalid-input',
  RequestAbortedException: 'timed-out',
  RequestEntityTooLargeException: 'invalid-input',
  RequestExpired: 'sign-in-denied',
  RequestTimeoutException: 'timed-out',
  ResourcePropagationDelayException: 'timed-out',
  ServiceUnavailable: 'timed-out',
  SignatureDoesNotMatch: 'sign-in-denied',
  ThrottlingException: 'throttled',
  TooManyRequestsException: 'throttled',
  UnauthorizedException: 'sign-in-denied',
  UnknownOperationException: 'invalid-input',
  UnrecognizedClientException: 'sign-in-denied',
  UnsupportedAvailabilityZoneException: 'invalid-input',
  ValidationError: 'invalid-input',
};

const PACKAGES = join(import.meta.dirname, '../../../node_modules/@aws-sdk');
const ACTIONS = [
  ...new Set(
    Object.values(AWS_CALLS)
      .flat()
      .map(({ action }) => action),
  ),
].filter((action) => /^(?:iam|eks):/.test(action));

function typesOf(action: string): string {
  const [service, operation] = action.split(':');
  return join(PACKAGES, `client-${service}`, 'dist-types/commands', `${operation}Command.d.ts`);
}

function modelled(action: string): string[] {
  const text = readFileSync(typesOf(action), 'utf8');
  return [...text.matchAll(/@throws \{@link (\w+)\}/g)].map(([, name = '']) => name);
}

test('the table has every error in the models of the calls, and no other', () => {
  const calls = [...ACTIONS, 'sts:AssumeRoleWithWebIdentity', 'sts:GetCallerIdentity'];
  // `iam:PassRole` is a permission without a call.
  expect(calls.filter((action) => !existsSync(typesOf(action)))).toEqual(['iam:PassRole']);
  const names = new Set(calls.filter((action) => action !== 'iam:PassRole').flatMap(modelled));
  expect([...names].toSorted()).toEqual(Object.keys(MODELLED).toSorted());
});

const call = { tried: 'read role r', action: 'iam:GetRole', on: 'role r' };

test.each([...Object.entries(MODELLED), ...Object.entries(COMMON)])('%s is %s', (name, reason) => {
  const failure = awsFailure(awsError(name, 'x', { $fault: 'client' }), call);
  expect(failure.reason).toBe(reason);
  expect(failure.details.next).not.toContain('defect');
});

test.each([
  [400, 'invalid-input', 'The message of AWS says why'],
  [403, 'access-denied', 'Allow iam:GetRole'],
  [404, 'plan-changed', 'was there'],
  [409, 'plan-changed', 'Somebody else'],
  [500, 'timed-out', 'AWS itself failed'],
])('a code of tomorrow with HTTP status %i is %s', (httpStatusCode, reason, next) => {
  const error = awsError('CodeOfTomorrow', 'x', { $metadata: { httpStatusCode }, $fault: 'client' });
  const failure = awsFailure(error, call);
  expect([failure.reason, failure.details.next]).toEqual([reason, expect.stringContaining(next)]);
});
