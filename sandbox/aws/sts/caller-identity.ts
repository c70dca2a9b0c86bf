/** GetCallerIdentity: who the credentials belong to. */
import { z } from 'zod';
import { operation } from '../operation.ts';

/** GetCallerIdentity: needs no permission and cannot be refused. */
export const getCallerIdentity = operation(z.looseObject({}), (_input, { principal }) => ({
  Arn: principal.arn,
  UserId: principal.userId,
  Account: principal.account,
}));
