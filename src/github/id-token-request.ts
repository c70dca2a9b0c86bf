/** One request to GitHub's token service. The toolkit's own goes another way where proxies are concerned. */
import { STATUS_CODES } from 'node:http';
import { fetch, type Response } from 'undici';
import { z } from 'zod';
import { Failure } from '../model/failure.ts';
import { parseJsonIfValid } from '../tools/parse-json.ts';
import { createDispatcher } from '../tools/proxy/dispatcher.ts';
import type { ProxyEnvironment } from '../tools/proxy/rule.ts';

/** Milliseconds for the whole of it. */
const ANSWER_MS = 30_000;

/** An answer that has no token. */
export class NoToken extends Error {
  /** HTTP. */
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.name = 'NoToken';
    this.status = status;
  }
}

const answerSchema = z.object({ value: z.string().min(1) });
const errorSchema = z.object({ message: z.string() });

/**
 * A function that asks for a token, as `getIDToken` of @actions/core does: the audience joins the query of the job's URL. It throws
 * `NoToken` for an answer without a token, `invalid-input` for a proxy that can't be used, and else what `fetch` throws. `env`: of the job, with both variables
 * of the token service and the proxy variables.
 */
export function createIdTokenRequest(env: ProxyEnvironment): (audience: string) => Promise<string> {
  const dispatcher = createDispatcher(env);
  return async (audience) => {
    const url = `${env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? ''}&audience=${encodeURIComponent(audience)}`;
    const init = {
      dispatcher,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? ''}`,
        'user-agent': 'spaces-workload-identity',
      },
      signal: AbortSignal.timeout(ANSWER_MS),
    };
    const answer = await fetch(url, init).catch(rethrow);
    const body = await answer.text();
    const token = answer.ok ? parseJsonIfValid(body, answerSchema)?.value : undefined;
    if (token !== undefined) return token;
    const said = parseJsonIfValid(body, errorSchema)?.message;
    throw new NoToken(said === undefined ? describe(answer) : `${describe(answer)}: ${said}`, answer.status);
  };
}

/** A proxy that can't be used is final, and no trouble of the network. */
function rethrow(error: unknown): never {
  throw error instanceof Error && error.cause instanceof Failure ? error.cause : error;
}

function describe({ ok, status, headers }: Response): string {
  if (ok) return `an answer without a token (${headers.get('content-type') ?? 'no type'})`;
  return `HTTP status ${status} ${STATUS_CODES[status] ?? ''}`.trim();
}
