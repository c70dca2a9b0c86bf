/** Who may read what: the one source for the access policy, the simulation, the checks and the reports. */

/** An AWS service that holds secrets, as far as reading it goes. */
export interface SecretService {
  /** The name of the service as its ARNs and actions have it. */
  readonly name: 'secretsmanager' | 'ssm';
  /** In sentences: `secrets`, `parameters`. */
  readonly contents: string;
  /** What External Secrets calls to read. */
  readonly reads: readonly string[];
  /** The one whose answer is the value itself. */
  readonly readsValue: string;
  /** By what else a value may be read. Some are of no use without `readsValue`, and left out. */
  readonly readsOtherwise: readonly string[];
  readonly writesValue: string;
  /** What AWS appends to a name in its ARN, as an example. */
  readonly exampleSuffix: string;
  /** Label of its statement in the access policy. */
  readonly statementId: string;
}

/** All names of a service that begin with a prefix. */
export interface Grant {
  readonly service: SecretService;
  /** The prefix as the user wrote it. */
  readonly prefix: string;
  /** ARN pattern of what it covers; ends with `*`. */
  readonly resource: string;
}

/** Decryption with a customer-managed key, through these services only. */
export interface KeyGrant {
  readonly keyArn: string;
  /** Values of `kms:ViaService`, by service; the first of each is the usual one. */
  readonly via: readonly {
    readonly service: SecretService;
    readonly hosts: readonly [string, ...string[]];
  }[];
}

/** What a prefix may hold in braces, and what it stands for: each control plane's own. */
export const PLACEHOLDERS = ['group', 'name', 'id', 'namespace'] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** What stands in for the placeholders of one control plane; absent: it is not known. */
export type PlaceholderValues = Readonly<Partial<Record<Placeholder, string>>>;

/** A prefix with placeholders: every control plane may read its own expansion of it, and no other's. */
export interface OwnPrefix extends Grant {
  readonly placeholders: readonly Placeholder[];
}

export interface Grants {
  /** What all may read. */
  readonly reads: readonly Grant[];
  /** What each control plane may read alone. */
  readonly own: readonly OwnPrefix[];
  readonly keys: readonly KeyGrant[];
  /** ARNs of the roles that the sessions may go on to: those of stores, and the associations' target role. */
  readonly assumes: readonly string[];
}
