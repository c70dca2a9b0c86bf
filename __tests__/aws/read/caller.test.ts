/** Whether AWS takes the job's credentials still. */
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { expect, test } from '@jest/globals';
import { confirmSession } from '../../../src/aws/read/caller.ts';
import { ACCOUNT, awsError, mockedAws } from '../fakes.ts';

const identity = { Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/ci`, UserId: 'AIDA' };

test.each(['ExpiredToken', 'ExpiredTokenException', 'InvalidClientTokenId'])('%s: no more', async (code) => {
  const { sts, clients } = mockedAws();
  sts.on(GetCallerIdentityCommand).rejects(awsError(code, 'the token is expired'));
  await expect(confirmSession(clients.sts)).rejects.toMatchObject({
    reason: 'sign-in-denied',
    details: { said: expect.stringContaining('the token is expired') },
  });
});

test('an answer, and whatever else keeps it from coming, say nothing against them', async () => {
  const { sts, clients } = mockedAws();
  sts
    .on(GetCallerIdentityCommand)
    .resolvesOnce(identity)
    .rejectsOnce(awsError('Throttling', 'slow down'))
    .rejectsOnce(awsError('AccessDenied', 'not for you'));
  for (let n = 0; n < 3; n += 1) await expect(confirmSession(clients.sts)).resolves.toBeUndefined();
});
