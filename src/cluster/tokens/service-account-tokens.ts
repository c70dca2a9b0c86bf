/** Takes tokens of service accounts by Kubernetes' TokenRequest. */
import { z } from 'zod';
import { Failure } from '../../model/failure.ts';
import type { TakeToken, TokenAnswer, TokenRequest, TokenSource } from '../../model/proof-ports.ts';
import { errorMessage } from '../../tools/error-message.ts';
import { parseJsonIfValid } from '../../tools/parse-json.ts';
import { checkedName } from '../checked-name.ts';
import { type ApiAnswer, type ApiPoster, openPoster, type PosterOptions } from './api-poster.ts';

export interface TokenSourceOptions extends PosterOptions {
  readonly mask: (value: string) => void;
}

/** The shortest life that Kubernetes gives a token. */
const LIFE_SECONDS = 600;

const tokenSchema = z.object({ status: z.object({ token: z.string().min(1) }) });
const statusSchema = z.object({ message: z.string() });

export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { kubectl, mask } = options;
  return {
    withTokens: (serviceAccounts, body) =>
      kubectl.during(async () => {
        const poster = await openPoster(options, tokenPaths(serviceAccounts));
        try {
          return await body(takeFrom(poster, mask));
        } finally {
          await poster.stop();
        }
      }),
  };
}

/** Only the token sub-resource, only of these accounts. */
function tokenPaths(serviceAccounts: readonly string[]): string {
  const names = serviceAccounts.map((name) => checked(name).replaceAll('.', String.raw`\.`));
  return `^/api/v1/namespaces/[^/]+/serviceaccounts/(${names.join('|')})/token$`;
}

function checked(name: string): string {
  return checkedName(name, 'take a token', 'a service account or namespace');
}

function takeFrom(poster: ApiPoster, mask: (value: string) => void): TakeToken {
  return async ({ namespace, serviceAccount, audience, pod }: TokenRequest): Promise<TokenAnswer> => {
    const path = `/api/v1/namespaces/${checked(namespace)}/serviceaccounts/${checked(serviceAccount)}/token`;
    const spec = {
      audiences: [audience],
      expirationSeconds: LIFE_SECONDS,
      ...(pod !== undefined && { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', ...pod } }),
    };
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
    try {
      return answerOf(await poster.post(path, body), mask);
    } catch (error) {
      if (error instanceof Failure && error.reason === 'cancelled') throw error;
      return { kind: 'refused', why: errorMessage(error) };
    }
  };
}

/** Nothing of an answer that holds a token is ever quoted. */
function answerOf({ status, body }: ApiAnswer, mask: (value: string) => void): TokenAnswer {
  const token = parseJsonIfValid(body, tokenSchema)?.status.token;
  if (token !== undefined) {
    mask(token);
    return { kind: 'token', token };
  }
  if (status >= 200 && status < 300) return { kind: 'refused', why: 'the answer held no token' };
  const why = parseJsonIfValid(body, statusSchema)?.message ?? `HTTP status ${status}`;
  return { kind: status === 404 ? 'absent' : 'refused', why };
}
