/** The OIDC token of the job: GitHub gives it, and the sign-in to AWS takes it. */

/** What a token says about its job, not verified: for messages only. Not secret; the token is. */
export interface IdTokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly repository_id?: string | undefined;
  readonly repository_owner_id?: string | undefined;
}

export interface IdToken {
  readonly token: string;
  /** Undefined when the token can't be read. */
  readonly claims: IdTokenClaims | undefined;
}

/** Gives a fresh token at each call, already masked. */
export type IdTokenSource = (audience: string) => Promise<IdToken>;
