/** Check `service-account-annotation`: the service account carries the role that pods shall get by IRSA. */
import type { CheckFunction } from '../model/desired.ts';

export const checkAnnotation: CheckFunction = ({ serviceAccount }, _desired, { target }) => {
  const actual = serviceAccount?.roleArn;
  if (actual === target.roleArn) return { status: 'pass', detail: `annotated with ${target.roleArn}` };
  const detail =
    actual === undefined ? 'the annotation is missing' : `annotated with ${actual}, not ${target.roleArn}`;
  return { status: 'fail', detail };
};
