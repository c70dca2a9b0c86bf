/** The webhook by which the API server asks who bears a sign-in token of EKS. */
import { z } from 'zod';
import { listen, readBody, sendJson } from '../loopback.ts';
import type { Authority } from '../certificates.ts';

/** Who a token stands for in Kubernetes. `arn` is the caller's ARN, shown in audit and `kubectl auth whoami`. */
export interface VerifiedUser {
  readonly username: string;
  readonly groups: readonly string[];
  readonly arn: string;
}

/** An HTTPS webhook on loopback, and the authority that its callers must trust. */
export interface Webhook {
  readonly url: string;
  readonly caPem: string;
  close(): Promise<void>;
}

export interface TokenReviewOptions {
  readonly authority: Authority;
  /** Tells whom a bearer token stands for, or nothing when it stands for nobody here. */
  verify(token: string): Promise<VerifiedUser | undefined>;
  readonly log: (line: string) => void;
}

const tokenReview = z.object({
  apiVersion: z.literal('authentication.k8s.io/v1'),
  kind: z.literal('TokenReview'),
  spec: z.object({ token: z.string() }),
});

/**
 * The webhook that the API server asks about bearer tokens, as aws-iam-authenticator runs it beside an EKS
 * API server: TokenReview of authentication.k8s.io/v1 in and out.
 */
export async function startTokenReview(options: TokenReviewOptions): Promise<Webhook> {
  const tls = await options.authority.issue(['127.0.0.1', 'localhost']);
  const server = await listen(
    async (request, response) => {
      const parsed = tokenReview.safeParse(JSON.parse(await readBody(request)));
      if (!parsed.success) {
        sendJson(response, 400, { error: parsed.error.message });
        return;
      }
      const user = await options.verify(parsed.data.spec.token);
      options.log(`token review: ${user ? `${user.arn} is ${user.username}` : 'refused'}`);
      sendJson(response, 200, { ...parsed.data, spec: {}, status: toStatus(user) });
    },
    { tls, log: options.log },
  );
  return {
    url: `${server.origin}/authenticate`,
    caPem: options.authority.certPem,
    close: () => server.close(),
  };
}

function toStatus(user: VerifiedUser | undefined): object {
  if (!user) return { authenticated: false };
  return {
    authenticated: true,
    user: { username: user.username, uid: user.arn, groups: user.groups, extra: { arn: [user.arn] } },
  };
}
