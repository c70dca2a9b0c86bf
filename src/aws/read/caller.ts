/** Asks AWS who the credentials of the job are. */
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { awsFailure } from '../client/aws-failure.ts';
import type { Caller } from '../../model/world.ts';
import { parseArn, required } from '../client/api-values.ts';

/** The call, for messages. */
export const CALLER = {
  tried: 'ask AWS who this job is',
  action: 'sts:GetCallerIdentity',
  on: "the job's credentials",
};

/** Who the credentials are. Throws the SDK's own error: what it means depends on how the job signs in. */
export async function askCaller(sts: STSClient): Promise<Caller> {
  const answer = await sts.send(new GetCallerIdentityCommand({}));
  const arn = required(answer.Arn, 'Arn', CALLER);
  return { account: required(answer.Account, 'Account', CALLER), arn, partition: parseArn(arn).partition };
}

/** Throws `sign-in-denied` when AWS does not take the credentials any more; whatever else keeps it from answering says nothing. */
export async function confirmSession(sts: STSClient): Promise<void> {
  try {
    await askCaller(sts);
  } catch (error) {
    const failure = awsFailure(error, CALLER);
    if (failure.reason === 'sign-in-denied') throw failure;
  }
}
