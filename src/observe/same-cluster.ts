/** Whether the cluster that a kubeconfig led to is the EKS cluster that the inputs name. */
import { certificatesIn, type ClusterIdentity } from '../model/cluster-identity.ts';
import type { Cluster, SameCluster } from '../model/world.ts';

/** The same by its certificate authority or by its token issuer: both are the cluster's own, and EKS knows both. */
export function sameCluster(cluster: Cluster, seen: ClusterIdentity | undefined): SameCluster {
  // The action has signed in by itself, at the endpoint that EKS named and by the authority that EKS named.
  if (seen === undefined) return { kind: 'same' };
  const { certificateAuthorities: seenAuthorities, issuer, whyNoIssuer = '' } = seen;
  const authorities = new Set(certificatesIn(cluster.certificateAuthority));
  // A further one may have signed for another cluster.
  const isKnown = seenAuthorities.length > 0 && seenAuthorities.every((one) => authorities.has(one));
  if (isKnown || (issuer !== undefined && issuer === cluster.issuer)) return { kind: 'same' };
  const other = 'its certificate authority is another one';
  return issuer === undefined
    ? { kind: 'unknown', why: `${other}, and its token issuer could not be read: ${whyNoIssuer}` }
    : { kind: 'other', why: `${other}, and its tokens are issued by ${issuer}` };
}
