/** What expectations of the role's permissions are made of: an example of what a prefix covers, and the answer that it should have. */
import type { Expectation } from '../model/evidence.ts';
import type { SecretService } from '../model/grant.ts';
import type { Target } from '../model/target.ts';
import { UNRELATED_NAME } from '../policy/arn.ts';
import { resourceArn } from './grants.ts';

/** Expects that the role may do it; `where` is for people. */
export function allowed(action: string, resource: string, where: string): Expectation {
  return { action, resource, context: {}, where, expected: 'allowed' };
}

/** Expects that the role may not do it; `where` is for people. */
export function refused(action: string, resource: string, where: string): Expectation {
  return { action, resource, context: {}, where, expected: 'refused' };
}

/** A secret or parameter whose name begins like this, as an example. */
export function exampleUnder(service: SecretService, prefix: string, target: Target): string {
  return resourceArn(service, `${prefix}${UNRELATED_NAME}${service.exampleSuffix}`, target);
}
