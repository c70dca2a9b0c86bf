/** Reads which cluster the kubeconfig leads to. */
import { z } from 'zod';
import { certificatesIn, type ClusterIdentity } from '../../model/cluster-identity.ts';
import { Failure } from '../../model/failure.ts';
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

/** The context's cluster. Throws when the kubeconfig can't be read; an issuer that can't be read is left out. */
export async function readClusterIdentity(
  api: ClusterApi,
  kubectl: Pick<Kubectl, 'read'>,
): Promise<ClusterIdentity> {
  const authority = await kubectl.read('read the certificate authority of the kubeconfig', AUTHORITY_ARGS);
  const certificateAuthorities = certificatesIn(Buffer.from(authority, 'base64').toString('utf8'));
  return { certificateAuthorities, ...(await readIssuer(api)) };
}

async function readIssuer(api: ClusterApi): Promise<Pick<ClusterIdentity, 'issuer' | 'whyNoIssuer'>> {
  try {
    const discovery = await api.find('read the OIDC issuer of the cluster', ISSUER_PATH, discoverySchema);
    const issuer = discovery?.issuer || undefined;
    return issuer === undefined ? { whyNoIssuer: `${ISSUER_PATH} names no issuer` } : { issuer };
  } catch (error) {
    if (!(error instanceof Failure) || error.reason === 'cancelled') throw error;
    return { whyNoIssuer: error.details.said };
  }
}
