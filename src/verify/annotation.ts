import { roleArn } from '../policy/arn.ts';
import type { Judge } from './verify.ts';
import { serviceAccountsIn } from '../space/lookup.ts';

/** The service account carries the role that pods shall get by IRSA. */
export const annotationCheck: Judge = ({ namespace }, intent, world) => {
  const wanted = roleArn(intent, world.cluster);
  const there = serviceAccountsIn(world.workloads.serviceAccounts, namespace)[0]?.roleArn;
  if (there === wanted) return { status: 'pass', detail: `annotated with ${wanted}` };
  return {
    status: 'fail',
    detail: there === undefined ? 'the annotation is missing' : `annotated with ${there}, not ${wanted}`,
  };
};
