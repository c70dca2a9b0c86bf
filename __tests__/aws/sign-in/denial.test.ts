/** What the job is told when STS refuses its role. */
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, test } from '@jest/globals';
import { ACCOUNT, awsError, failureOf } from '../fakes.ts';
import { START } from '../../support/names.ts';
import { JOB_ROLE, OLD_SUB, session, setUp, standardClaims } from './setup.ts';

async function refuse(error: Error, claims?: Record<string, unknown>) {
  const world = setUp(claims);
  world.sts.on(AssumeRoleWithWebIdentityCommand).rejects(error);
  const failure = await failureOf(world.signIn());
  expect(world.clock.slept).toEqual([]);
  expect(world.sts.commandCalls(AssumeRoleWithWebIdentityCommand)).toHaveLength(1);
  // The session's first use is what fails: nothing else was asked.
  expect(world.sts.commandCalls(GetCallerIdentityCommand)).toHaveLength(1);
  for (const token of world.tokens) expect(failure.message).not.toContain(token);
  return failure;
}

const denied = awsError('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity');

describe('a refusal that no retry changes', () => {
  test('prints the token’s own claims and the statement that would admit it', async () => {
    const failure = await refuse(denied);
    expect(failure.reason).toBe('sign-in-denied');
    expect(failure.details.said).toBe(
      'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity (request id req-1)',
    );
    const { next } = failure.details;
    expect(next).toContain(
      `sub: ${OLD_SUB}\n  aud: sts.amazonaws.com\n  iss: https://token.actions.githubusercontent.com`,
    );
    const statement: unknown = JSON.parse(next.slice(next.indexOf('{'), next.lastIndexOf('}') + 1));
    expect(statement).toEqual({
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          'token.actions.githubusercontent.com:sub': OLD_SUB,
        },
      },
    });
    // The call takes the name, which is the last part of the ARN.
    expect(next).toMatch(/aws iam update-assume-role-policy --role-name [\w-]+ --policy-document/);
  });

  test.each([
    [OLD_SUB, 'repo:acme@7/infra@42:environment:prod'],
    ['repo:acme@7/infra@42:ref:refs/heads/main', 'repo:acme/infra:ref:refs/heads/main'],
    ['acme:job_workflow_ref:x', 'own template for the subject'],
  ])('explains the other form of %s', async (sub, explained) => {
    expect((await refuse(denied, { ...standardClaims, sub })).details.next).toContain(explained);
  });

  test('a token without ids leaves blanks for them', async () => {
    const claims = {
      iss: 'https://ghes.example.org/_services/token',
      aud: 'a',
      sub: 'repo:acme/infra:pull_request',
    };
    const { next } = (await refuse(denied, claims)).details;
    expect(next).toContain('repo:acme@OWNER_ID/infra@REPO_ID:pull_request');
    expect(next).toContain(`oidc-provider/ghes.example.org/_services/token"`);
    expect(next).toContain('"ghes.example.org/_services/token:aud": "a"');
  });

  test('an unreadable token is said to be one', async () => {
    const { next } = (await refuse(denied, { sub: 1 })).details;
    expect(next).toMatch(
      /^The token of this job could not be read\.\nCheck that arn:\S+ exists, and that its trust policy/,
    );
  });

  test.each([
    [
      'No OpenIDConnect provider found in your account for https://x',
      'aws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com --client-id-list sts.amazonaws.com',
    ],
    ['Incorrect token audience', 'add-client-id-to-open-id-connect-provider'],
    ["OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint", 'its thumbprint'],
  ])('InvalidIdentityToken "%s"', async (message, explained) => {
    const failure = await refuse(awsError('InvalidIdentityTokenException', message));
    expect(failure.reason).toBe('sign-in-denied');
    expect(failure.details.next).toContain(explained);
    expect(failure.details.next).toContain(`oidc-provider/token.actions.githubusercontent.com`);
  });

  test('a provider that is missing is explained for an unreadable token too', async () => {
    const { next } = (
      await refuse(awsError('InvalidIdentityTokenException', 'No OpenIDConnect provider found'), {})
    ).details;
    expect(next).toContain('--url https://token.actions.githubusercontent.com');
  });

  test.each([
    [
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      'invalid-input',
      '`role-duration` asks for 3600 s',
    ],
    ['ValidationError', 'roleArn is invalid', 'invalid-input', 'role-to-assume'],
    ['IDPRejectedClaimException', 'rejected', 'sign-in-denied', OLD_SUB],
    ['RegionDisabledException', 'STS is not activated', 'invalid-input', 'aws-region'],
    ['PackedPolicyTooLargeException', 'too large', 'quota-exceeded', 'quota'],
  ])('%s "%s" is %s', async (name, message, reason, explained) => {
    const failure = await refuse(awsError(name, message));
    expect(failure.reason).toBe(reason);
    expect(failure.details.next).toContain(explained);
  });
});

test.each([
  ['with an explicit deny in a service control policy', 'A policy of the AWS organisation forbids'],
  ['with an explicit deny in a resource control policy', 'A policy of the AWS organisation forbids'],
  ['because no VPC endpoint policy allows the sts:AssumeRoleWithWebIdentity action', 'VPC endpoint'],
])('a refusal %s is not blamed on the trust policy', async (why, explained) => {
  const message = `Not authorized to perform: sts:AssumeRoleWithWebIdentity on resource: ${JOB_ROLE} ${why}`;
  const failure = await refuse(awsError('AccessDenied', message));
  expect(failure.reason).toBe('sign-in-denied');
  expect(failure.details.next).toContain(explained);
  expect(failure.details.next).not.toContain('"Statement"');
  expect(failure.details.next).not.toContain('does not admit it');
});

describe('a refusal that passes', () => {
  test.each([
    ['IDPCommunicationErrorException', 'timeout', {}],
    ['InvalidIdentityTokenException', "Couldn't retrieve verification key from your identity provider", {}],
    ['ExpiredTokenException', 'Token expired', {}],
    ['Throttling', 'Rate exceeded', {}],
    ['InternalFailure', 'oops', { $metadata: { httpStatusCode: 500 } }],
    ['Error', 'connect ECONNREFUSED', { code: 'ECONNREFUSED' }],
  ])('%s "%s" is tried again with a fresh token', async (name, message, more) => {
    const { sts, tokens, clock, signIn: run } = setUp();
    sts
      .on(AssumeRoleWithWebIdentityCommand)
      .rejectsOnce(awsError(name, message, more))
      .resolves(session(1));
    await run();
    expect(clock.slept).toHaveLength(1);
    const shown = sts
      .commandCalls(AssumeRoleWithWebIdentityCommand)
      .map((call) => call.args[0].input.WebIdentityToken);
    expect(shown).toEqual(tokens);
    expect(new Set(shown).size).toBe(2);
  });

  test.each([
    [
      'IDPCommunicationErrorException',
      60_000,
      'sign-in-denied',
      'could not fetch the keys of https://token.actions',
    ],
    ['ExpiredTokenException', 15_000, 'sign-in-denied', OLD_SUB],
    ['ServiceUnavailable', 60_000, 'timed-out', 'AWS itself failed'],
    ['TimeoutError', 30_000, 'timed-out', 'HTTPS_PROXY'],
    ['Throttling', 60_000, 'throttled', 'request rate'],
  ])('%s is given up after %d ms as %s', async (name, bound, reason, explained) => {
    const { sts, clock, signIn: run } = setUp();
    const metadata = { httpStatusCode: name === 'ServiceUnavailable' ? 503 : 400 };
    sts.on(AssumeRoleWithWebIdentityCommand).rejects(awsError(name, 'x', { $metadata: metadata }));
    const failure = await failureOf(run());
    expect(clock.now() - START).toBe(bound);
    expect(failure.reason).toBe(reason);
    expect(failure.details.next).toContain(explained);
  });

  test('keys that stay unread are explained for an unreadable token too', async () => {
    const { sts, signIn: run } = setUp({});
    sts.on(AssumeRoleWithWebIdentityCommand).rejects(awsError('IDPCommunicationErrorException', 'x'));
    expect((await failureOf(run())).details.next).toContain("GitHub's OIDC issuer");
  });
});
