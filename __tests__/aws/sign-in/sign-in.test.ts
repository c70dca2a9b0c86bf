/** Signing in with a role, with ambient credentials, and the check of the account. */
import { AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../../src/model/failure.ts';
import { ACCOUNT, awsError, failureOf } from '../fakes.ts';
import { START } from '../../support/names.ts';
import { ambientConfig, config, JOB_ROLE, session, setUp } from './setup.ts';

const keys = (accessKeyId: string, sessionToken?: string) => ({
  accessKeyId,
  secretAccessKey: `secret of ${accessKeyId}`,
  ...(sessionToken === undefined ? {} : { sessionToken }),
});

describe('with a role to assume', () => {
  test('shows the token to STS, masks what comes back, and says who the job is', async () => {
    const { sts, masks, tokens, signIn: run } = setUp();
    sts.on(AssumeRoleWithWebIdentityCommand).resolves(session(1));
    const { caller, credentials } = await run();
    expect(caller).toEqual({
      account: ACCOUNT,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/a/b`,
      partition: 'aws',
    });
    expect(sts.commandCalls(AssumeRoleWithWebIdentityCommand)[0]?.args[0].input).toEqual({
      RoleArn: JOB_ROLE,
      RoleSessionName: 'run-1',
      WebIdentityToken: tokens[0],
      DurationSeconds: 3600,
    });
    expect(await credentials()).toMatchObject({ accessKeyId: 'key-1' });
    expect(masks).toEqual(['secret-1', 'session-1', 'key-1']);
  });

  test('masks before it logs anything, and logs no secret', async () => {
    const { sts, identity, log, signIn: run } = setUp();
    sts.on(AssumeRoleWithWebIdentityCommand).resolves(session(1));
    identity.errors.push(
      awsError('InvalidClientTokenId', 'The security token included in the request is invalid'),
    );
    await run();
    expect(log.lines.slice(0, 3)).toEqual(['mask', 'mask', 'mask']);
    expect(log.lines[3]).toContain('AWS does not know the new session yet');
    expect(log.lines.join('\n')).not.toMatch(/secret-1|session-1|key-1/);
  });

  test('a session that stays unknown is given up after ten seconds', async () => {
    const { sts, identity, clock, signIn: run } = setUp();
    sts.on(AssumeRoleWithWebIdentityCommand).resolves(session(1));
    identity.lasting = awsError('InvalidClientTokenId', 'invalid');
    expect((await failureOf(run())).reason).toBe('sign-in-denied');
    expect(clock.now() - START).toBe(10_000);
  });

  test('what answers in the place of STS is asked again, with a fresh token, for a while', async () => {
    const page = Object.assign(awsError('UnreadableAnswer', 'not one of AWS'), {
      $response: {},
      $fault: undefined,
    });
    const once = setUp();
    once.sts.on(AssumeRoleWithWebIdentityCommand).rejectsOnce(page).resolves(session(1));
    await once.signIn();
    expect(new Set(once.tokens).size).toBe(2);
    const lasting = setUp();
    lasting.sts.on(AssumeRoleWithWebIdentityCommand).rejects(page);
    const failure = await failureOf(lasting.signIn());
    expect(failure.reason).toBe('timed-out');
    expect(failure.message).toContain('What answered is not AWS');
    expect(lasting.clock.now() - START).toBe(20_000);
  });

  test('an answer without credentials is not of AWS', async () => {
    const { sts, signIn: run } = setUp();
    sts.on(AssumeRoleWithWebIdentityCommand).resolves({});
    expect((await failureOf(run())).reason).toBe('timed-out');
  });
});

describe('a session that runs out', () => {
  test('is renewed once, with a fresh token, six minutes before its end', async () => {
    const { sts, clock, tokens, masks, signIn: run } = setUp();
    sts
      .on(AssumeRoleWithWebIdentityCommand)
      .resolvesOnce(session(1))
      .resolves(session(2, START + 7_200_000));
    const { credentials } = await run();
    clock.advance(3_600_000 - 360_001);
    expect(await credentials()).toMatchObject({ accessKeyId: 'key-1' });
    clock.advance(1);
    const both = await Promise.all([credentials(), credentials()]);
    expect(both.map(({ accessKeyId }) => accessKeyId)).toEqual(['key-2', 'key-2']);
    expect(tokens).toHaveLength(2);
    expect(masks).toContain('session-2');
  });

  test('still serves when the renewal fails, and is asked for again half a minute later', async () => {
    const { sts, clock, log, signIn: run } = setUp();
    sts
      .on(AssumeRoleWithWebIdentityCommand)
      .resolvesOnce(session(1))
      .rejectsOnce(awsError('AccessDenied', 'not now'))
      .resolves(session(2, START + 7_200_000));
    const { credentials } = await run();
    clock.advance(3_600_000 - 300_000);
    expect(await credentials()).toMatchObject({ accessKeyId: 'key-1' });
    expect(await credentials()).toMatchObject({ accessKeyId: 'key-1' });
    expect(log.lines.join('\n')).toContain('lasts another 300 s');
    expect(sts.commandCalls(AssumeRoleWithWebIdentityCommand)).toHaveLength(2);
    clock.advance(30_000);
    expect(await credentials()).toMatchObject({ accessKeyId: 'key-2' });
  });

  test('fails when it is over', async () => {
    const { sts, clock, signIn: run } = setUp();
    sts.on(AssumeRoleWithWebIdentityCommand).resolvesOnce(session(1)).rejects(awsError('AccessDenied', 'no'));
    const { credentials } = await run();
    clock.advance(3_600_000 - 59_000);
    await expect(credentials()).rejects.toMatchObject({ reason: 'sign-in-denied' });
  });

  test('a cancelled job is not kept alive by the old session', async () => {
    const { sts, clock, signIn: run } = setUp();
    sts.on(AssumeRoleWithWebIdentityCommand).resolvesOnce(session(1)).rejects(awsError('Throttling', 'slow'));
    const { credentials } = await run();
    clock.advance(3_600_000 - 300_000);
    const cancelled = new Failure('cancelled', { tried: 'wait', said: 'the job was cancelled', next: '' });
    clock.sleep = () => Promise.reject(cancelled);
    await expect(credentials()).rejects.toBe(cancelled);
  });
});

describe('with ambient credentials', () => {
  test('asks for no token, and masks each set of credentials once', async () => {
    const sets = [keys('one', 'token'), keys('one', 'token'), keys('two', '')];
    const {
      sts,
      masks,
      tokens,
      signIn: run,
    } = setUp(undefined, () => Promise.resolve(sets.shift() ?? keys('last')));
    const { credentials } = await run(ambientConfig);
    for (let round = 0; round < 2; round += 1) await credentials();
    expect(masks).toEqual(['secret of one', 'token', 'one', 'secret of two', 'two']);
    expect(tokens).toEqual([]);
    expect(sts.commandCalls(AssumeRoleWithWebIdentityCommand)).toHaveLength(0);
  });

  test.each([
    [
      'CredentialsProviderError',
      'Could not load credentials from any providers',
      '`role-to-assume: arn:aws:iam::ACCOUNT_ID:role/ROLE_NAME`',
    ],
    ['ExpiredTokenException', 'The security token included in the request is expired', 'Sign in again'],
    ['InvalidClientTokenId', 'invalid', 'Sign in again'],
    ['SignatureDoesNotMatch', 'no match', 'secret key is wrong'],
  ])('%s says what to do, at once', async (name, message, explained) => {
    const { identity, clock, signIn: run } = setUp(undefined, () => Promise.resolve(keys('one')));
    identity.lasting = awsError(name, message);
    const failure = await failureOf(run(ambientConfig));
    expect(failure.reason).toBe('sign-in-denied');
    expect(failure.details.next).toContain(explained);
    expect(clock.slept).toEqual([]);
  });

  test('without a provider handed in, the SDK searches the environment', async () => {
    const saved = { ...process.env };
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIDENV', AWS_SECRET_ACCESS_KEY: 'secret-env' });
    try {
      const { masks, signIn: run } = setUp();
      const { credentials } = await run(ambientConfig);
      expect(await credentials()).toMatchObject({ accessKeyId: 'AKIDENV' });
      expect(masks).toEqual(['secret-env', 'AKIDENV']);
    } finally {
      process.env = saved;
    }
  });
});

describe('the account guard', () => {
  test('names both accounts and refuses', async () => {
    const { sts, signIn: run } = setUp();
    sts.on(AssumeRoleWithWebIdentityCommand).resolves(session(1));
    const failure = await failureOf(run({ ...config, allowedAccountIds: ['444455556666', '777788889999'] }));
    expect(failure.reason).toBe('wrong-account');
    expect(failure.details.said).toContain(ACCOUNT);
    expect(failure.details.said).toContain('444455556666, 777788889999');
  });

  test('lets an allowed account pass', async () => {
    const { sts, signIn: run } = setUp();
    sts.on(AssumeRoleWithWebIdentityCommand).resolves(session(1));
    const signedIn = await run({ ...config, allowedAccountIds: ['444455556666', ACCOUNT] });
    expect(signedIn.caller.account).toBe(ACCOUNT);
  });
});
