/** A user with a long-term key. */
export interface UserPrincipal {
  type: 'User';
  arn: string;
  userId: string;
  userName: string;
  account: string;
}

/** What a session says of the web identity that it was taken with. */
export interface WebIdentityKeys {
  /** ARN of the OIDC provider. */
  provider: string;
  /** Condition keys of the whole session, for instance `oidc.eks.../id/X:sub`. */
  keys: Record<string, string>;
}

/** A session of a role. */
export interface SessionPrincipal {
  type: 'AssumedRole';
  /** arn:PARTITION:sts::ACCOUNT:assumed-role/NAME/SESSION, without the role's path. */
  arn: string;
  userId: string;
  account: string;
  roleName: string;
  roleArn: string;
  roleId: string;
  sessionPolicies: string[];
  sessionTags: Record<string, string>;
  transitiveTagKeys: string[];
  /** For sessions taken with a web identity; a role that is assumed from there has it no more. */
  webIdentity?: WebIdentityKeys;
  issuedAt: number;
  expiresAt: number;
}

export type Principal = UserPrincipal | SessionPrincipal;

export interface AccessKey {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  principal: Principal;
}

/** The access keys that exist, of users and of sessions. */
export class AccessKeys {
  readonly #keys = new Map<string, AccessKey>();

  add(key: AccessKey): AccessKey {
    this.#keys.set(key.accessKeyId, key);
    return key;
  }

  find(accessKeyId: string): AccessKey | undefined {
    return this.#keys.get(accessKeyId);
  }
}
