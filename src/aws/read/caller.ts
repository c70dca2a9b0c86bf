/** Asks AWS who the credentials of the job are. */
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
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
