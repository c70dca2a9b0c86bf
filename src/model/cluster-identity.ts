/** What a cluster is known by, whatever the address at which it is reached. */

export interface ClusterIdentity {
  /**
   * What the kubeconfig trusts for the API server: each certificate as `certificatesIn` gives it. Empty: the authorities of
   * the runner. Several: any one of them may have signed for the server, so that a known one among them proves nothing alone.
   */
  readonly certificateAuthorities: readonly string[];
  /**
   * The issuer of the tokens of its service accounts: as the API server says, or of one that it has taken; undefined when neither is
   * known.
   */
  readonly issuer?: string;
  /** Why there is no issuer, in the words of the API server. */
  readonly whyNoIssuer?: string;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g;

/** Each certificate of a PEM text once: its DER form as base64 without line breaks, so that equal texts are equal certificates. */
export function certificatesIn(pem: string): readonly string[] {
  const found = [...pem.matchAll(CERTIFICATE)].map(([, body = '']) => body.replaceAll(/\s/g, ''));
  return [...new Set(found)];
}
