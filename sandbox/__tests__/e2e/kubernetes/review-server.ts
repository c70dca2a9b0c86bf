/** A token review webhook with users by token, for cluster.test.ts. */
import { once } from 'node:events';
import { createServer } from 'node:https';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { createAuthority } from '../../../certificates.ts';

const reviewRequest = z.object({ spec: z.object({ token: z.string() }) });

export interface ReviewServer {
  readonly url: string;
  readonly caPem: string;
  /** The groups by token; a token that isn't here is refused. */
  readonly groups: Map<string, string[]>;
  readonly close: () => void;
}

/** Answers the API server's questions about tokens. */
export async function startReviewServer(): Promise<ReviewServer> {
  const authority = await createAuthority('token-review');
  const { certPem, keyPem } = await authority.issue(['127.0.0.1']);
  const groups = new Map<string, string[]>();
  const server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
    void json(request).then((body) => {
      const { token } = reviewRequest.parse(body).spec;
      const found = groups.get(token);
      const status =
        found === undefined
          ? { authenticated: false }
          : { authenticated: true, user: { username: 'deployer', groups: found } };
      response.setHeader('content-type', 'application/json');
      return response.end(
        JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', status }),
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `https://127.0.0.1:${port}`, caPem: authority.certPem, groups, close: () => server.close() };
}
