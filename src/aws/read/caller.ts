import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { STSClient } from '@aws-sdk/client-sts';
import type { Caller } from '../../model/world.ts';
import { parseArn } from '../client/arn.ts';
import { required } from '../client/request.ts';

/** Who the credentials are. The raw error of the SDK leaves it: the caller knows best what it means. */
export async function askCaller(sts: STSClient): Promise<Caller> {
  const call = CALLER;
  const answer = await sts.send(new GetCallerIdentityCommand({}));
  const arn = required(answer.Arn, 'Arn', call);
  return { account: required(answer.Account, 'Account', call), arn, partition: parseArn(arn).partition };
}

export const CALLER = {
  tried: 'ask AWS who this job is',
  action: 'sts:GetCallerIdentity',
  on: "the job's credentials",
};
