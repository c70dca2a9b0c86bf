/** The part of a plan's digest that the inputs are. */
import type { Json } from '../model/json.ts';
import { DIGEST_INPUTS, type Inputs } from './inputs/index.ts';
import { ownedRoleName } from './role-name.ts';

/**
 * The values of the inputs that another plan follows from, by input name, in the order of the table; null for one that is not given.
 * Where a default is worked out from another input, it is the value that counts: writing the default out makes no other plan.
 */
export function digestInputs(inputs: Inputs): Readonly<Record<string, Json>> {
  const roleName = inputs['role-arn'] === undefined ? ownedRoleName(inputs) : undefined;
  const effective: Inputs = { ...inputs, 'role-name': roleName };
  return Object.fromEntries(DIGEST_INPUTS.map((name): [string, Json] => [name, effective[name] ?? null]));
}
