import { z } from 'zod';
import { Failure } from '../model/failure.ts';
import type { Clock, Log } from '../model/ports.ts';

/** What GitHub puts into a job that may ask for a token (`permissions: id-token: write`). */
export interface IdTokenEnv {
  readonly ACTIONS_ID_TOKEN_REQUEST_URL?: string | undefined;
  readonly ACTIONS_ID_TOKEN_REQUEST_TOKEN?: string | undefined;
}

export interface IdTokenDoors {
  readonly env: IdTokenEnv;
  /** `getIDToken` of @actions/core: it appends the audience to the URL's query and goes through the job's proxy. */
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
export type IdTokenClaims = z.infer<typeof claims>;

/** The claims of a token, not verified: for messages only. Undefined when it is no JWT of GitHub's shape. */
export function decodeClaims(token: string): IdTokenClaims | undefined {
  const payload = token.split('.')[1] ?? '';
  try {
    return claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 1000;

/**
 * Asks GitHub for a token each time it is called: a token lives about five minutes, so it is fetched right before use.
 * Answers of 5xx and network errors are tried again; `sign-in-denied` when the job may not have a token.
 */
export function createIdTokenSource(doors: IdTokenDoors): (audience: string) => Promise<string> {
  return async (audience) => {
    const tried = `ask GitHub for an OIDC token with audience ${audience}`;
    requirePermission(doors.env, tried);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const token = await doors.getIdToken(audience);
        doors.mask(token);
        return token;
      } catch (error) {
        const status = statusOf(error);
        const passing = status === undefined || status >= 500;
        if (!passing || attempt === ATTEMPTS) throw refusal(tried, error, passing);
        const pause = FIRST_PAUSE_MS * 2 ** (attempt - 1);
        doors.log.info(`GitHub gave no OIDC token: next attempt in ${pause / 1000} s`);
        await doors.clock.sleep(pause);
      }
    }
  };
}

function requirePermission(env: IdTokenEnv, tried: string): void {
  if (env.ACTIONS_ID_TOKEN_REQUEST_URL && env.ACTIONS_ID_TOKEN_REQUEST_TOKEN) return;
  throw new Failure('sign-in-denied', {
    tried,
    said: 'ACTIONS_ID_TOKEN_REQUEST_URL is not set: this job may not have a token',
    next:
      'Give the job the permission, besides those it has:\n' +
      '  permissions:\n    id-token: write\n    contents: read\n' +
      'A reusable workflow also needs it from the workflow that calls it. GitHub never gives it to pull requests from forks: ' +
      'skip this step there (if: github.event.pull_request.head.repo.fork != true).',
  });
}

/** The HTTP status in the text of @actions/core; undefined when GitHub was not reached. */
function statusOf(error: unknown): number | undefined {
  const text = String(error);
  const status = /Error Code : (\d{3})/.exec(text)?.[1];
  if (status !== undefined) return Number(status);
  // An answer without a token: asking again changes nothing.
  return /do not have ID Token field/.test(text) ? 404 : undefined;
}

function refusal(tried: string, error: unknown, passing: boolean): Failure {
  return new Failure(passing ? 'timed-out' : 'sign-in-denied', {
    tried,
    said: String(error).replace(/\s+/g, ' ').trim(),
    next: passing
      ? `GitHub's token service did not answer in ${ATTEMPTS} attempts. See https://www.githubstatus.com and run again; on a self-hosted runner check HTTPS_PROXY and the way to *.actions.githubusercontent.com.`
      : "GitHub refuses a token to this job. Check `permissions: id-token: write`, and that the organisation's policies allow OIDC tokens.",
    cause: error,
  });
}
