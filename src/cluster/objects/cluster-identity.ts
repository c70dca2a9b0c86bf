/** Reads which cluster the kubeconfig leads to. */
import { z } from 'zod';
import { certificatesIn, type ClusterIdentity } from '../../model/cluster-identity.ts';
import { Failure } from '../../model/failure.ts';
import type { ServiceAccountToken } from '../access/service-account-token.ts';
import type { ClusterApi } from '../api/api.ts';
import type { Kubectl } from '../kubectl/kubectl.ts';

/** Prints this one field of the kubeconfig, so that no credential is printed. `--flatten` reads a file of certificates. */
const AUTHORITY_ARGS: readonly string[] = [
  'config',
  'view',
  '--minify',
  '--raw',
  '--flatten',
  '--output',
  'jsonpath={.clusters[0].cluster.certificate-authority-data}',
];
/** Kubernetes opens it to service accounts only (cluster role `system:service-account-issuer-discovery`). */
const ISSUER_PATH = '/.well-known/openid-configuration';

const discoverySchema = z.object({ issuer: z.string().default('') });

/**
 * The context's cluster. Throws when the kubeconfig can't be read; an issuer that neither the API server tells nor the kubeconfig's
 * `token` is left out.
 */
export async function readClusterIdentity(
  api: ClusterApi,
  kubectl: Pick<Kubectl, 'read'>,
  token?: ServiceAccountToken,
): Promise<ClusterIdentity> {
  const authority = await kubectl.read('read the certificate authority of the kubeconfig', AUTHORITY_ARGS);
  const certificateAuthorities = certificatesIn(Buffer.from(authority, 'base64').toString('utf8'));
  return { certificateAuthorities, ...byToken(await readIssuer(api), token) };
}

type Issuer = Pick<ClusterIdentity, 'issuer' | 'whyNoIssuer'>;

/** An API server that refuses the token's own user by name has verified the token, and it takes those of its own issuer. */
function byToken(read: Issuer, token: ServiceAccountToken | undefined): Issuer {
  const isTaken = token !== undefined && read.whyNoIssuer?.includes(`"${token.subject}"`) === true;
  return isTaken ? { issuer: token.issuer } : read;
}

async function readIssuer(api: ClusterApi): Promise<Issuer> {
  try {
    const discovery = await api.find('read the OIDC issuer of the cluster', ISSUER_PATH, discoverySchema);
    const issuer = discovery?.issuer || undefined;
    return issuer === undefined ? { whyNoIssuer: `${ISSUER_PATH} names no issuer` } : { issuer };
  } catch (error) {
    if (!(error instanceof Failure) || error.reason === 'cancelled') throw error;
    return { whyNoIssuer: error.details.said };
  }
}
