/** A request of which all is known, to evaluate policies by. */
import type { PolicyDocument, Statement } from '../../src/model/policy.ts';
import type { RequestContext } from '../../src/policy/conditions.ts';
import { ACCOUNT, CLUSTER_ARN, ISSUER_HOST } from '../support/names.ts';

export const SUB = 'system:serviceaccount:mxp-1-system:eso';
export const STS = 'sts:AssumeRoleWithWebIdentity';
export const READ = 'secretsmanager:GetSecretValue';
export const SECRET = `arn:aws:secretsmanager:eu-central-1:${ACCOUNT}:secret:prod/db-AbCdEf`;

export const CONTEXT: Readonly<Record<string, string | string[]>> = {
  [`${ISSUER_HOST}:aud`]: 'sts.amazonaws.com',
  [`${ISSUER_HOST}:sub`]: SUB,
  'aws:SourceArn': CLUSTER_ARN,
  'aws:SourceAccount': ACCOUNT,
  'aws:TagKeys': ['one', 'two'],
};

/** What it does not hold is absent. */
export const known: RequestContext = {
  values: new Map(Object.entries(CONTEXT).map(([key, value]) => [key.toLowerCase(), [value].flat()])),
  isAbsent: () => true,
};

export const documentOf = (...statements: readonly Statement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
});
