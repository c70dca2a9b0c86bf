/** Secrets and parameters with their values, as a test lays them out. */
import { secretSuffix } from '../ids.ts';
import type { Place } from '../iam/iam.ts';

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

/** `NAME-xxxxxx`: AWS puts six random characters after a secret's name. */
export function secretArn({ partition, region, account }: Place, name: string): string {
  return `arn:${partition}:secretsmanager:${region}:${account}:secret:${name}-${secretSuffix()}`;
}

/** `parameter/app/db` for both `/app/db` and `app/db`: one slash, whatever the name begins with. */
export function parameterArn({ partition, region, account }: Place, name: string): string {
  return `arn:${partition}:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
}
