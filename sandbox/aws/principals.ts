/** A user with a long-term key. */
export interface UserPrincipal {
  type: 'User';
  arn: string;
  userId: string;
  userName: string;
  account: string;
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
  /** ARN of the OIDC provider, for sessions taken with a web identity. */
  federatedProvider?: string;
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
