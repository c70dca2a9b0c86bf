/** The job, its repository, and what GitHub keeps of them. */
import type { JWK } from 'jose';

export type Access = 'none' | 'read' | 'write';

/** The job that the sandbox plays. Everything can be changed between two runs of the action. */
export interface JobSettings {
  owner: string;
  ownerId: number;
  name: string;
  repositoryId: number;
  event: string;
  /** `refs/heads/main`, `refs/pull/7/merge`, ... */
  ref: string;
  sha: string;
  runId: string;
  /**
   * `owner/name` of the fork that the pull request comes from. GitHub gives such a run no OIDC token, and a `github.token` that can
   * only read, whatever `permissions` says; but for the event `pull_request_target`, which runs in the base repository.
   */
  fork: string | undefined;
  /** A job with an environment has it in its subject, before everything else. */
  environment: string | undefined;
  /**
   * `immutable`: `repo:OWNER@ID/REPO@ID:...`, of repositories made since 15 July 2026.
   * `name`: `repo:OWNER/REPO:...`, of older ones. A text with a colon is used as it is.
   */
  subject: string;
  permissions: { idToken: Access; issues: Access; pullRequests: Access };
  /** `iss` of the job's tokens. On GHES it is `https://HOST/_services/token`. */
  issuer: string;
  /** Life of an OIDC token in seconds. */
  tokenLifetime: number;
}

export type Permissions = JobSettings['permissions'];

export interface Comment {
  id: number;
  issue: number;
  body: string;
  user: string;
  createdAt: string;
  updatedAt: string;
}

export interface Issue {
  number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | 'reopened' | null;
  labels: string[];
  user: string;
  pullRequest: boolean;
  /** Of a merged pull request. */
  mergeCommit?: string;
  createdAt: string;
  updatedAt: string;
}

/** One request as the action made it. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: unknown;
  readonly status: number;
  readonly at: string;
}

/** Answers the next `times` requests that match with this status, in place of the real answer. */
export interface Fault {
  readonly method?: string;
  readonly path: RegExp;
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  times: number;
}

export interface Github {
  readonly apiUrl: string;
  /** Value of `ACTIONS_ID_TOKEN_REQUEST_URL`: it has a query already. */
  readonly idTokenRequestUrl: string;
  /** Value of `ACTIONS_ID_TOKEN_REQUEST_TOKEN`. */
  readonly idTokenRequestToken: string;
  /** The job's `github.token`. */
  readonly token: string;
  /** The keys that sign the OIDC tokens. */
  readonly publicKeys: readonly JWK[];
  readonly job: JobSettings;
  readonly issues: Map<number, Issue>;
  readonly comments: Map<number, Comment>;
  readonly requests: RecordedRequest[];
  readonly faults: Fault[];
  /** Opens a pull request and gives its number. */
  openPullRequest(title: string): number;
  /** Merges a pull request: this is its commit on the base branch. */
  merge(pullRequest: number, sha: string): void;
  /** Comments as somebody else would. */
  comment(issue: number, body: string, user: string): Comment;
  /** The subject that the job's tokens have now. */
  subject(): string;
  /** Signs a token of the job, for tests. */
  idToken(audience: string): Promise<string>;
  close(): Promise<void>;
}
