/** GetCallerIdentity through the SDK. */
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Aws, startAws } from '../../aws/index.ts';

let aws: Aws;
beforeEach(async () => {
  aws = await startAws({ account: '123456789012', region: 'eu-central-1' });
});
afterEach(() => aws.close());

const client = (credentials: { accessKeyId: string; secretAccessKey: string }): STSClient =>
  new STSClient({ endpoint: aws.endpoint, region: aws.region, credentials, maxAttempts: 1 });

test('GetCallerIdentity names the user that signed', async () => {
  const user = aws.iam.createUser({ userName: 'alice' });
  const answer = await client(user).send(new GetCallerIdentityCommand({}));
  expect(answer.Arn).toBe('arn:aws:iam::123456789012:user/alice');
  expect(answer.Account).toBe('123456789012');
  expect(aws.calls.at(-1)).toMatchObject({
    action: 'GetCallerIdentity',
    principalArn: user.arn,
    outcome: 'ok',
  });
});

test('a wrong secret is refused', async () => {
  const user = aws.iam.createUser({ userName: 'alice' });
  const wrong = client({ ...user, secretAccessKey: 'wrong' }).send(new GetCallerIdentityCommand({}));
  await expect(wrong).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
});

test('an unknown access key is refused', async () => {
  const unknown = client({ accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' });
  await expect(unknown.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: 'InvalidClientTokenId',
  });
});
