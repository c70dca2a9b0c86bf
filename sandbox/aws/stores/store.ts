/** Secrets and parameters with their values, as a test lays them out. */
import type { Permission } from '../authorise.ts';
import { ServiceError } from '../errors.ts';
import { secretSuffix } from '../ids.ts';
import type { Place } from '../iam/iam.ts';
import type { Call } from '../operation.ts';

export interface Stored {
  name: string;
  arn: string;
  value: string;
  tags: Record<string, string>;
  changedAt: number;
}

/** Secrets of Secrets Manager or parameters of SSM, by name. */
export class Store {
  readonly entries = new Map<string, Stored>();
  readonly #makeArn: (name: string) => string;
  readonly #now: () => number;

  constructor(makeArn: (name: string) => string, now: () => number) {
    this.#makeArn = makeArn;
    this.#now = now;
  }

  /** Writes a value; a name keeps its ARN. */
  set(name: string, value: string, tags: Record<string, string> = {}): Stored {
    const arn = this.entries.get(name)?.arn ?? this.#makeArn(name);
    const stored = { name, arn, value, tags, changedAt: this.#now() };
    this.entries.set(name, stored);
    return stored;
  }

  delete(name: string): void {
    this.entries.delete(name);
  }
}

/** Finds what a call names, among what its region holds. */
export function inRegion(store: Store, region: string, fits: (one: Stored) => boolean): Stored | undefined {
  return [...store.entries.values()].find((one) => one.arn.split(':')[3] === region && fits(one));
}

/** The place where a call looks: its caller's account, in the region that it was signed for. */
export function placeOf({ state, region }: Call): Place {
  return { account: state.account, partition: state.partition, region };
}

/**
 * Authorises an action on a secret or parameter. For one of another account the caller's policies are not enough: it would need a
 * policy of its own, and none here has one.
 */
export function permitStored(call: Call, permission: Permission): void {
  const { action, resource, context } = permission;
  call.permit({ ...permission, context: { 'aws:RequestedRegion': call.region, ...context } });
  if (resource === '*' || resource.split(':')[4] === call.state.account) return;
  const reason = `because no resource-based policy allows the ${action} action`;
  const message = `User: ${call.principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
  throw new ServiceError('AccessDenied', message, 403);
}

/** `NAME-xxxxxx`: AWS puts six random characters after a secret's name. */
export function secretArn({ partition, region, account }: Place, name: string): string {
  return `arn:${partition}:secretsmanager:${region}:${account}:secret:${name}-${secretSuffix()}`;
}

/** `parameter/app/db` for both `/app/db` and `app/db`: one slash, whatever the name begins with. */
export function parameterArn({ partition, region, account }: Place, name: string): string {
  return `arn:${partition}:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
}
