import type { State } from './state.ts';

/** Who the bearer of a sign-in token is inside a cluster. */
export interface ClusterUser {
  username: string;
  groups: string[];
  arn: string;
}

export async function verifyClusterToken(
  _state: State,
  _clusterName: string,
  _token: string,
): Promise<ClusterUser | undefined> {
  return Promise.resolve(undefined);
}
