import type { Operations } from './operation.ts';
import type { ServiceName } from './services.ts';
import { getCallerIdentity } from './sts/caller-identity.ts';

/** Every operation of the stand-in. */
export const operations: Record<ServiceName, Operations> = {
  iam: {},
  sts: { GetCallerIdentity: getCallerIdentity },
  eks: {},
  'eks-auth': {},
  secretsmanager: {},
  ssm: {},
};
