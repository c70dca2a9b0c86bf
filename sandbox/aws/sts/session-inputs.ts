/** Parts of inputs that every way to a session shares. */
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { list, policyArn } from '../iam/inputs.ts';
import type { Role } from '../iam/model.ts';
import { checkPermissionPolicy } from '../policy/documents.ts';
import { type State, visibleMoment } from '../state.ts';

export const sessionName = z
  .string()
  .min(2)
  .max(64)
  .regex(/^[\w+=,.@-]*$/);
export const sessionInput = {
  RoleArn: z.string().min(20).max(2048),
  RoleSessionName: sessionName,
  DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3600),
  Policy: z.string().min(1).max(2048).optional(),
  PolicyArns: list(z.object({ arn: policyArn })).default([]),
};

/** The role of exactly this ARN (path included) as STS sees it, or undefined. */
export function visibleRole(state: State, arn: string): Role | undefined {
  const name = arn.split('/').at(-1) ?? '';
  const role = state.iam.roles.asOf(name.toLowerCase(), visibleMoment(state));
  return role?.arn === arn ? role : undefined;
}

/** The session policies of a request: the inline one, and the managed ones by their text. */
export function sessionPoliciesOf(
  state: State,
  input: { Policy?: string | undefined; PolicyArns: { arn: string }[] },
) {
  if (input.Policy !== undefined) checkPermissionPolicy(input.Policy);
  const managed = input.PolicyArns.map(({ arn }) => {
    const policy = state.iam.policies.get(arn);
    if (policy === undefined) throw new ServiceError('NoSuchEntity', `Policy ${arn} does not exist.`, 400);
    return policy.document;
  });
  return [...(input.Policy === undefined ? [] : [input.Policy]), ...managed];
}

export function checkDuration(role: Role, durationSeconds: number): void {
  if (durationSeconds <= role.maxSessionDuration) return;
  throw new ServiceError(
    'ValidationError',
    'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  );
}
