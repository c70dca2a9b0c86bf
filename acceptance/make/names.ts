/** The names of all that a run makes, so that each can be found again. */
import { createHash } from 'node:crypto';

/** A tag of the cluster that allows the script to use it, and a label of what it makes inside. */
export const MARK = 'spaces-workload-identity-acceptance';

export interface Names {
  /** Path of all roles, with slashes around it. */
  readonly rolePath: string;
  /** The name of one of the script's own roles. */
  role(what: string): string;
  /** The workload's role, which the action makes. */
  readonly workloadRole: string;
  /** Prefix of all secrets, with a slash at its end. */
  readonly secrets: string;
  /** Prefix of all parameters, with slashes around it. */
  readonly parameters: string;
  /** A namespace of the script's own. */
  readonly namespace: string;
}

/** One cluster has one set of names: two runs on different clusters of an account don't meet. */
export function namesFor(clusterArn: string, clusterName: string): Names {
  const key = createHash('sha256').update(clusterArn).digest('hex').slice(0, 8);
  return {
    rolePath: `/${MARK}/`,
    role: (what) => `swia-${key}-${what}`,
    workloadRole: `${clusterName}-shared-secrets`,
    secrets: `swia-${key}/`,
    parameters: `/swia-${key}/`,
    namespace: 'swi-acceptance',
  };
}
