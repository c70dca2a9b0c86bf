/** What the proof of access asks of the outside: tokens of the workload's service account, and AWS as the workload would ask it. */
export interface TokenRequest {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly audience: string;
  /** The pod that the token is bound to. */
  readonly pod?: { readonly name: string; readonly uid: string };
}

/** `absent`: no such service account, or no such pod of it. `refused`: the job may not, or the API server did not answer. */
export type TokenAnswer =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'absent' | 'refused'; readonly why: string };

export type TakeToken = (request: TokenRequest) => Promise<TokenAnswer>;

/** Tokens are masked before they are handed out; they may be shown nowhere. */
export interface TokenSource {
  /** Lets `body` take tokens of these service accounts, in any namespace, for as long as it runs. */
  withTokens<T>(serviceAccounts: readonly string[], body: (take: TakeToken) => Promise<T>): Promise<T>;
}

/** `missing`: allowed, but there is nothing of that name. */
export type ReadResult =
  | { readonly kind: 'read' }
  | { readonly kind: 'refused' | 'missing' | 'unanswered'; readonly said: string };

/** A session of the workload's role. Its credentials stay inside; what it reads is thrown away. */
export interface WorkloadSession {
  readSecret(name: string): Promise<ReadResult>;
  readParameter(name: string): Promise<ReadResult>;
}

export interface Assumed {
  readonly kind: 'assumed';
  /** `arn:…:sts::…:assumed-role/ROLE/SESSION`. */
  readonly assumedRole: string;
  /** `system:serviceaccount:NAMESPACE:NAME`. */
  readonly subject: string;
  readonly audience: string;
  /** IRSA only: ARN or issuer of the OIDC provider. */
  readonly provider?: string;
  /** Pod Identity only. */
  readonly association?: { readonly id: string; readonly arn: string };
  readonly session: WorkloadSession;
}

export interface AssumeRefused {
  readonly kind: 'refused';
  readonly said: string;
  /** A change made a moment ago may not have reached STS or EKS yet. */
  readonly mayPass: boolean;
  /** The token was not taken: whom the role lets in was not asked. */
  readonly ofToken: boolean;
}

/** `unanswered`: throttled or out of reach. */
export type AssumeResult = Assumed | AssumeRefused | { readonly kind: 'unanswered'; readonly said: string };

/** Assumes the workload's role as the workload would. Throws nothing: a refusal is an answer here. */
export interface RoleAssumer {
  /** `reads`: whether the session has to read; without, it is shrunk to nothing. */
  assumeWithWebIdentity(roleArn: string, token: string, reads: boolean): Promise<AssumeResult>;
  /** What the Pod Identity agent asks of EKS, with the token of a pod. */
  assumeForPodIdentity(clusterName: string, token: string): Promise<AssumeResult>;
}
