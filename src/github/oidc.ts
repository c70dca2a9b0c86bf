/** The OIDC token that GitHub gives to the job. */
import { z } from 'zod';
import { Failure } from '../model/failure.ts';
import type { IdTokenClaims, IdTokenSource } from '../model/id-token.ts';
import type { Clock, Log } from '../model/ports.ts';
import { errorMessage } from '../tools/error-message.ts';
import { parseJsonIfValid } from '../tools/parse-json.ts';
import { proxyRefusalOf } from '../tools/proxy/refusal.ts';
import { growing, repeat } from '../wait/repeat.ts';
import { NoToken } from './id-token-request.ts';

/** Set by GitHub in a job that may ask for a token (`permissions: id-token: write`). */
export interface IdTokenEnv {
  readonly ACTIONS_ID_TOKEN_REQUEST_URL?: string | undefined;
  readonly ACTIONS_ID_TOKEN_REQUEST_TOKEN?: string | undefined;
}

export interface IdTokenDependencies {
  readonly env: IdTokenEnv;
  /** The fork that the run's pull request comes from, in words: GitHub gives such a run no token. */
  readonly fork?: string | undefined;
  /** One request. Throws `NoToken` for an answer without a token, anything else where there is no answer. */
  readonly getIdToken: (audience: string) => Promise<string>;
  readonly mask: (value: string) => void;
  readonly clock: Clock;
  readonly log: Log;
}

const claims = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string()).transform((all) => all.join(', '))]),
  repository_id: z.string().optional(),
  repository_owner_id: z.string().optional(),
});

/** The claims of a token, not verified: for messages only. Undefined when the token is no JWT of GitHub's shape. */
export function decodeClaims(token: string): IdTokenClaims | undefined {
  const payload = token.split('.')[1] ?? '';
  return parseJsonIfValid(Buffer.from(payload, 'base64url').toString('utf8'), claims);
}

const ATTEMPTS = 5;
/** Many jobs of a matrix ask at the same time. */
const BUSY: ReadonlySet<number> = new Set([408, 429]);
const PAUSES = growing(1_000, 8_000, 2);

/**
 * Asks GitHub for a token each time it is called: a token lives about five minutes, so it is fetched right before use, and
 * masked. Tries again after 5xx, 429 and network errors (`timed-out` after five attempts). Throws `sign-in-denied` when the job
 * may not have a token.
 */
export function createIdTokenSource(dependencies: IdTokenDependencies): IdTokenSource {
  return async (audience) => {
    const tried = `ask GitHub for an OIDC token with audience ${audience}`;
    requirePermission(dependencies, tried);
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
        if (error instanceof Failure) throw error;
        const { answer, transient } = refusal(tried, error);
        // The number of attempts is the bound here, not the time.
        return transient && count < ATTEMPTS ? { answer, retryUntil: Infinity } : { answer };
      }
    },
    beforePause: (pauseMs) => {
      log.info(`GitHub gave no OIDC token: next attempt in ${pauseMs / 1000} s`);
    },
  });
}

function requirePermission({ env, fork }: Pick<IdTokenDependencies, 'env' | 'fork'>, tried: string): void {
  if (env.ACTIONS_ID_TOKEN_REQUEST_URL && env.ACTIONS_ID_TOKEN_REQUEST_TOKEN) return;
  const unset = 'ACTIONS_ID_TOKEN_REQUEST_URL is not set: this job may not have a token';
  if (fork !== undefined)
    throw new Failure('sign-in-denied', {
      tried,
      said: `${unset}, for its pull request comes from ${fork}`,
      next:
        'GitHub gives no token to pull requests of forks, whatever `permissions` says. Skip the job there:\n' +
        '  if: ${{ !github.event.pull_request.head.repo.fork }}\n' +
        'To have this change planned, push it to a branch of the repository itself.',
    });
  throw new Failure('sign-in-denied', {
    tried,
    said: unset,
    next:
      'Give the job the permission, besides those it has:\n' +
      '  permissions:\n    id-token: write\n    contents: read\n' +
      'A reusable workflow also needs it from the workflow that calls it.',
  });
}

interface Refusal {
  readonly answer: Failure;
  /** Asking again may help. */
  readonly transient: boolean;
}

function refusal(tried: string, error: unknown): Refusal {
  const proxy = proxyRefusalOf(error);
  if (proxy !== undefined) {
    const { said, next, final } = proxy;
    return { answer: new Failure('timed-out', { tried, said, next, cause: error }), transient: !final };
  }
  const transient = !(error instanceof NoToken) || error.status >= 500 || BUSY.has(error.status);
  const said = `${errorMessage(error)}${saidBelow(error)}`.replace(/\s+/g, ' ').trim();
  const details = { tried, said, next: advise(error, transient), cause: error };
  return { answer: new Failure(transient ? 'timed-out' : 'sign-in-denied', details), transient };
}

/** `fetch failed` alone says nothing. */
function saidBelow(error: unknown): string {
  const hasCause = typeof error === 'object' && error !== null && 'cause' in error;
  return hasCause && error.cause !== undefined ? `: ${errorMessage(error.cause)}` : '';
}

function advise(error: unknown, transient: boolean): string {
  if (transient)
    return `GitHub's token service did not answer in ${ATTEMPTS} attempts. See https://www.githubstatus.com and run again; on a self-hosted runner check HTTPS_PROXY and the way to *.actions.githubusercontent.com.`;
  if (error instanceof NoToken && error.status < 300)
    return 'What answered is not GitHub but a proxy or a sign-in page of the network: let it pass *.actions.githubusercontent.com, or name that in NO_PROXY.';
  return "GitHub refuses a token to this job. Check `permissions: id-token: write`, and that the organisation's policies allow OIDC tokens.";
}
