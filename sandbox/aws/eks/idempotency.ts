/** The clientRequestToken of EKS: the same call twice makes one thing. */
import { invalidParameter } from './access.ts';
import type { Cluster } from './model.ts';

/**
 * The id of what an earlier call with this clientRequestToken made, or undefined for a new token. The same token with
 * another request is refused.
 */
export function earlierResult(
  cluster: Cluster,
  token: string | undefined,
  request: object,
): string | undefined {
  const earlier = token === undefined ? undefined : cluster.requestTokens.get(token);
  if (earlier === undefined) return undefined;
  if (earlier.request !== JSON.stringify(request)) {
    throw invalidParameter('The clientRequestToken was used before with other parameters', cluster.name);
  }
  return earlier.id;
}

export function rememberResult(
  cluster: Cluster,
  token: string | undefined,
  request: object,
  id: string,
): void {
  if (token !== undefined) cluster.requestTokens.set(token, { request: JSON.stringify(request), id });
}
