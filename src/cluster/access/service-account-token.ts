/** What a kubeconfig's token says when it is one of a service account: whose it is, and which cluster has issued it. */
import { z } from 'zod';
import { parseJsonIfValid } from '../../tools/parse-json.ts';

export interface ServiceAccountToken {
  /** The address of the token issuer. Each EKS cluster has one of its own. */
  readonly issuer: string;
  /** `system:serviceaccount:NAMESPACE:NAME`, the user's name in Kubernetes. */
  readonly subject: string;
}

/** A token of another kind has the issuer of whoever signs people in, which tells no cluster. */
const claims = z.object({
  iss: z.string().startsWith('https://'),
  sub: z.string().startsWith('system:serviceaccount:'),
});

/** Not verified: whether the API server takes it, only that can tell. Undefined for any other token. */
export function serviceAccountToken(token: string): ServiceAccountToken | undefined {
  const payload = token.split('.')[1] ?? '';
  const read = parseJsonIfValid(Buffer.from(payload, 'base64url').toString('utf8'), claims);
  return read && { issuer: read.iss, subject: read.sub };
}
