/** The OIDC token that GitHub gives to the job. */
import { z } from 'zod';
import { Failure } from '../model/failure.ts';
import type { Clock, Log } from '../model/ports.ts';
import { growing, repeat } from '../wait/repeat.ts';

/** Set by GitHub in a job that may ask for a token (`permissions: id-token: write`). */
export interface IdTokenEnv {
  readonly ACTIONS_ID_TOKEN_REQUEST_URL?: string | undefined;
  readonly ACTIONS_ID_TOKEN_REQUEST_TOKEN?: string | undefined;
}

export interface IdTokenDependencies {
  readonly env: IdTokenEnv;
  /** `getIDToken` of @actions/core: it adds the audience to the URL's query and goes through the job's proxy. */
  readonly getIdToken: (audience: string) => Promise<string>;
  readonly mask: (value: string) => void;
  readonly clock: Clock;
  readonly log: Log;
}

const claims = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string()).transform((all) => all.join(', '))]),
  repository: z.string().optional(),
  repository_id: z.string().optional(),
  repository_owner_id: z.string().optional(),
});

/** What a token says about its job. Not secret; the token is. */
export type JobClaims = z.infer<typeof claims>;

export interface JobToken {
  readonly token: string;
  /** Undefined when the token is no JWT of GitHub's shape. */
  readonly claims: JobClaims | undefined;
}

/** The claims of a token, not verified: for messages only. Undefined when the token is no JWT of GitHub's shape. */
export function decodeClaims(token: string): JobClaims | undefined {
  const payload = token.split('.')[1] ?? '';
  try {
    return claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}

const ATTEMPTS = 5;
const PAUSES = growing(1_000, 8_000, 2);

/**
 * Asks GitHub for a token each time it is called: a token lives about five minutes, so it is fetched right before use, and
 * masked. Tries again after 5xx and network errors (`timed-out` after five attempts). Throws `sign-in-denied` when the job
 * may not have a token.
 */
export function createIdTokenSource(
  dependencies: IdTokenDependencies,
): (audience: string) => Promise<JobToken> {
  return async (audience) => {
    const tried = `ask GitHub for an OIDC token with audience ${audience}`;
    requirePermission(dependencies.env, tried);
    const result = await askRepeatedly(dependencies, audience, tried);
    if (result instanceof Failure) throw result;
    dependencies.mask(result);
    return { token: result, claims: decodeClaims(result) };
  };
}

/** The token, or why there is none. */
async function askRepeatedly(
  { getIdToken, clock, log }: IdTokenDependencies,
  audience: string,
  tried: string,
): Promise<string | Failure> {
  return await repeat<string | Failure>({
    clock,
    pauses: PAUSES,
    attempt: async (count) => {
      try {
        return { answer: await getIdToken(audience) };
      } catch (error) {
        const status = statusOf(error);
        const transient = status === undefined || status >= 500;
        const answer = refusal(tried, error, transient);
        // The number of attempts is the bound here, not the time.
        return transient && count < ATTEMPTS ? { answer, retryUntil: Infinity } : { answer };
      }
    },
    beforePause: (pauseMs) => {
      log.info(`GitHub gave no OIDC token: next attempt in ${pauseMs / 1000} s`);
    },
  });
}

function requirePermission(env: IdTokenEnv, tried: string): void {
  if (env.ACTIONS_ID_TOKEN_REQUEST_URL && env.ACTIONS_ID_TOKEN_REQUEST_TOKEN) return;
  throw new Failure('sign-in-denied', {
    tried,
    said: 'ACTIONS_ID_TOKEN_REQUEST_URL is not set: this job may not have a token',
    next:
      'Give the job the permission, besides those it has:\n' +
      '  permissions:\n    id-token: write\n    contents: read\n' +
      'A reusable workflow also needs it from the workflow that calls it. GitHub never gives it to pull requests from forks in the event pull_request: ' +
      'skip this step there (if: github.event.pull_request.head.repo.fork != true).',
  });
}

/** The HTTP status in the error text of @actions/core; undefined when GitHub was not reached. */
function statusOf(error: unknown): number | undefined {
  const text = String(error);
  const status = /Error Code : (\d{3})/.exec(text)?.[1];
  if (status !== undefined) return Number(status);
  // An answer without a token is final.
  return /do not have ID Token field/.test(text) ? 404 : undefined;
}

function refusal(tried: string, error: unknown, transient: boolean): Failure {
  return new Failure(transient ? 'timed-out' : 'sign-in-denied', {
    tried,
    said: String(error).replace(/\s+/g, ' ').trim(),
    next: transient
      ? `GitHub's token service did not answer in ${ATTEMPTS} attempts. See https://www.githubstatus.com and run again; on a self-hosted runner check HTTPS_PROXY and the way to *.actions.githubusercontent.com.`
      : "GitHub refuses a token to this job. Check `permissions: id-token: write`, and that the organisation's policies allow OIDC tokens.",
    cause: error,
  });
}
