/** Tokens of service accounts by Kubernetes' TokenRequest, taken through one proxy. */
import { z } from 'zod';
import { Failure } from '../../model/failure.ts';
import type { TakeToken, TokenAnswer, TokenRequest, TokenSource } from '../../model/ports.ts';
import { errorMessage } from '../../tools/error-message.ts';
import { parseJsonIfValid } from '../../tools/parse-json.ts';
import type { Kubectl } from '../kubectl/kubectl.ts';
import { type Proxy, type ProxyAnswer, startProxy } from './kubectl-proxy.ts';

export interface TokenOptions {
  readonly kubectl: Kubectl;
  readonly directory: string;
  readonly platform: string;
  readonly mask: (value: string) => void;
}

/** The shortest life that Kubernetes gives a token. */
const LIFE_SECONDS = 600;
const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

const tokenSchema = z.object({ status: z.object({ token: z.string().min(1) }) });
const statusSchema = z.object({ message: z.string() });

export function createTokenSource(options: TokenOptions): TokenSource {
  const { kubectl, mask } = options;
  return {
    withTokens: (serviceAccounts, body) =>
      kubectl.during(async () => {
        const proxy = await startProxy({ ...options, acceptPaths: tokenPaths(serviceAccounts) });
        try {
          return await body(takeFrom(proxy, mask));
        } finally {
          await proxy.stop();
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
  if (NAME.test(name)) return name;
  throw new Failure('invalid-input', {
    tried: 'take a token',
    said: `"${name}" is no name of a service account or namespace`,
    next: 'Set `service-account` to lower-case letters, digits, `-` and `.`.',
  });
}

function takeFrom(proxy: Proxy, mask: (value: string) => void): TakeToken {
  return async ({ namespace, serviceAccount, audience, pod }: TokenRequest): Promise<TokenAnswer> => {
    const path = `/api/v1/namespaces/${checked(namespace)}/serviceaccounts/${checked(serviceAccount)}/token`;
    const spec = {
      audiences: [audience],
      expirationSeconds: LIFE_SECONDS,
      ...(pod !== undefined && { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', ...pod } }),
    };
    const asked = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
    try {
      return answerOf(await proxy.post(path, asked), mask);
    } catch (error) {
      return { kind: 'refused', why: errorMessage(error) };
    }
  };
}

/** Nothing of an answer that holds a token is ever quoted. */
function answerOf({ status, body }: ProxyAnswer, mask: (value: string) => void): TokenAnswer {
  const token = parseJsonIfValid(body, tokenSchema)?.status.token;
  if (token !== undefined) {
    mask(token);
    return { kind: 'token', token };
  }
  if (status >= 200 && status < 300) return { kind: 'refused', why: 'the answer held no token' };
  const why = parseJsonIfValid(body, statusSchema)?.message ?? `HTTP status ${status}`;
  return { kind: status === 404 ? 'absent' : 'refused', why };
}
