/** IAM policy documents as the API returns them: single values may stand without their list. */
export type OneOrMany = string | readonly string[];
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, OneOrMany>>>>;
export type Principal = '*' | Readonly<Record<string, OneOrMany>>;

/** Type aliases, not interfaces: so a document is plain JSON data for the compiler too. */
export type Statement = {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: Principal;
  readonly NotPrincipal?: Principal;
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Resource?: OneOrMany;
  readonly NotResource?: OneOrMany;
  readonly Condition?: ConditionBlock;
};

export type PolicyDocument = {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: readonly Statement[];
};
