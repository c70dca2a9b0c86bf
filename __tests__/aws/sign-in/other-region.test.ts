/** Credentials that AWS does not know in a region: whether they are bad, or the region has to be enabled. */
import { AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts';
import { expect, test } from '@jest/globals';
import { awsError, failureOf } from '../fakes.ts';
import { ambientConfig, session, setUp } from './setup.ts';

const keys = { accessKeyId: 'AKID', secretAccessKey: 'not-a-secret' };
const INVALID = awsError('InvalidClientTokenId', 'The security token included in the request is invalid.');

test.each([
  ['af-south-1', 'us-east-1'],
  ['us-gov-east-1', 'us-gov-west-1'],
  ['cn-northwest-1', 'cn-north-1'],
])('in %s, and known in %s: the region is named', async (region, home) => {
  const { identity, askedIn, signIn } = setUp(undefined, () => Promise.resolve(keys), region);
  identity.lasting = INVALID;
  identity.knownIn = home;
  const failure = await failureOf(signIn(ambientConfig));
  expect(failure.reason).toBe('invalid-input');
  expect(failure.details.said).toContain('The security token included in the request is invalid');
  expect(failure.details.said).toContain(`STS in ${home} takes the same credentials`);
  expect(failure.details.next).toContain(`--region-name ${region}`);
  expect(failure.details.next).toContain('global endpoint');
  expect(askedIn).toEqual([region, home]);
});

test('known nowhere: the credentials are bad', async () => {
  const { identity, askedIn, signIn } = setUp(undefined, () => Promise.resolve(keys), 'af-south-1');
  identity.lasting = INVALID;
  const failure = await failureOf(signIn(ambientConfig));
  expect([failure.reason, failure.details.next]).toEqual([
    'sign-in-denied',
    expect.stringContaining('Sign in again'),
  ]);
  expect(askedIn).toEqual(['af-south-1', 'us-east-1']);
});

test('in the home region itself, and after any other refusal, nobody else is asked', async () => {
  const home = setUp(undefined, () => Promise.resolve(keys), 'us-east-1');
  home.identity.lasting = INVALID;
  expect((await failureOf(home.signIn(ambientConfig))).reason).toBe('sign-in-denied');
  expect(home.askedIn).toEqual(['us-east-1']);
  const expired = setUp(undefined, () => Promise.resolve(keys), 'af-south-1');
  expired.identity.lasting = awsError('ExpiredToken', 'expired');
  expect((await failureOf(expired.signIn(ambientConfig))).reason).toBe('sign-in-denied');
  expect(expired.askedIn).toEqual(['af-south-1']);
});

test('a session that this run has just made is looked for elsewhere only after the wait', async () => {
  const { sts, identity, askedIn, clock, signIn } = setUp(undefined, undefined, 'af-south-1');
  sts.on(AssumeRoleWithWebIdentityCommand).resolves(session(1));
  identity.lasting = INVALID;
  identity.knownIn = 'us-east-1';
  expect((await failureOf(signIn())).reason).toBe('invalid-input');
  expect(clock.slept.length).toBeGreaterThan(1);
  expect(askedIn.at(-1)).toBe('us-east-1');
});
