/** Takes tokens of service accounts by Kubernetes' TokenRequest. */
import { z } from 'zod';
import { isFailureOf } from '../../model/failure.ts';
import type { TakeToken, TokenAnswer, TokenRequest, TokenSource } from '../../model/proof-ports.ts';
import { errorMessage } from '../../tools/error-message.ts';
import { parseJsonIfValid } from '../../tools/parse-json.ts';
import { checkedName } from '../checked-name.ts';
import { errorText } from '../stderr.ts';
import {
  type Allowed,
  type ApiAnswer,
  type ApiConnection,
  connectToApi,
  type ConnectionOptions,
} from '../api/connection.ts';

export interface TokenSourceOptions extends ConnectionOptions {
  readonly mask: (value: string) => void;
}

/** The shortest life that Kubernetes gives a token. */
const LIFE_SECONDS = 600;

const tokenSchema = z.object({ status: z.object({ token: z.string().min(1) }) });
const statusSchema = z.object({ message: z.string() });

/**
 * Takes tokens over a connection that lets nothing else through, and masks each. Throws `cancelled`, and what `connectToApi`
 * throws.
 */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { kubectl, mask } = options;
  return {
    withTokens: (serviceAccounts, body) =>
      kubectl.during(async () => {
        const connection = await connectToApi(options, tokensOf(serviceAccounts));
        try {
          return await body(takeFrom(connection, mask));
        } finally {
          await connection.stop();
        }
      }),
  };
}

/** Only the token sub-resource, only of these accounts. */
function tokensOf(serviceAccounts: readonly string[]): Allowed {
  const names = serviceAccounts.map((name) => checked(name).replaceAll('.', String.raw`\.`));
  const paths = `^/api/v1/namespaces/[^/]+/serviceaccounts/(${names.join('|')})/token$`;
  return { name: 'tokens', methods: ['POST'], paths };
}

const TRIED = 'take a token';

function checked(name: string): string {
  return checkedName(name, TRIED, 'a service account or namespace');
}

function takeFrom(connection: ApiConnection, mask: (value: string) => void): TakeToken {
  return async ({ namespace, serviceAccount, audience, pod }: TokenRequest): Promise<TokenAnswer> => {
    const path = `/api/v1/namespaces/${checked(namespace)}/serviceaccounts/${checked(serviceAccount)}/token`;
    const spec = {
      audiences: [audience],
      expirationSeconds: LIFE_SECONDS,
      ...(pod !== undefined && { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', ...pod } }),
    };
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
    try {
      return answerOf(await connection.send({ method: 'POST', path, body, tried: TRIED }), mask);
    } catch (error) {
      if (isFailureOf(error, 'cancelled')) throw error;
      return { kind: 'refused', why: errorMessage(error) };
    }
  };
}

/** Nothing of an answer that holds a token is ever quoted. */
function answerOf({ status, body, stderr }: ApiAnswer, mask: (value: string) => void): TokenAnswer {
  const token = parseJsonIfValid(body, tokenSchema)?.status.token;
  if (token !== undefined) {
    mask(token);
    return { kind: 'token', token };
  }
  if (status >= 200 && status < 300) return { kind: 'refused', why: 'the answer held no token' };
  const why =
    parseJsonIfValid(body, statusSchema)?.message ??
    (stderr === undefined || stderr === '' ? `HTTP status ${status}` : errorText(stderr));
  return { kind: status === 404 ? 'absent' : 'refused', why };
}
