/** Node's codes for what goes wrong on the way to AWS: names, connections, TLS, HTTP, proxies. */

/** What there is to look at: the way, the certificate, the time at which it is valid, or TLS itself. */
export type NetworkTrouble = 'unreached' | 'certificate' | 'clock' | 'tls';

const CLOCK = ['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED', 'CRL_NOT_YET_VALID', 'CRL_HAS_EXPIRED'];

/** Node documentation, `tls`, "X509 certificate error codes"; the last one is Node's own comparison of names. */
const CERTIFICATE = [
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_CRL',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_DECRYPT_CRL_SIGNATURE',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
  'CRL_SIGNATURE_FAILURE',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'ERROR_IN_CRL_LAST_UPDATE_FIELD',
  'ERROR_IN_CRL_NEXT_UPDATE_FIELD',
  'OUT_OF_MEM',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'CERT_CHAIN_TOO_LONG',
  'CERT_REVOKED',
  'INVALID_CA',
  'PATH_LENGTH_EXCEEDED',
  'INVALID_PURPOSE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'HOSTNAME_MISMATCH',
  'UNSPECIFIED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
];

/** Codes of the system and of DNS (`node:dns`) that tell of the network. Codes of files, such as ENOENT, are not among them. */
const UNREACHED = [
  'EADDRGETNETWORKPARAMS',
  'EADDRINUSE',
  'EADDRNOTAVAIL',
  'EBADFAMILY',
  'EBADFLAGS',
  'EBADHINTS',
  'EBADNAME',
  'EBADQUERY',
  'EBADRESP',
  'EBADSTR',
  'ECANCELLED',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EDESTRUCTION',
  'EFILE',
  'EFORMERR',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ELOADIPHLPAPI',
  'ENETDOWN',
  'ENETRESET',
  'ENETUNREACH',
  'ENOBUFS',
  'ENODATA',
  'ENOMEM',
  'ENONAME',
  'ENOTCONN',
  'ENOTFOUND',
  'ENOTIMP',
  'ENOTINITIALIZED',
  'EOF',
  'EPIPE',
  'EREFUSED',
  'ESERVFAIL',
  'ETIMEDOUT',
  'ETIMEOUT',
  'ERR_HTTP_REQUEST_TIMEOUT',
  'ERR_STREAM_PREMATURE_CLOSE',
];

const BY_CODE: ReadonlyMap<string, NetworkTrouble> = new Map<string, NetworkTrouble>([
  ...CLOCK.map((code) => [code, 'clock'] as const),
  ...CERTIFICATE.map((code) => [code, 'certificate'] as const),
  ...UNREACHED.map((code) => [code, 'unreached'] as const),
]);

/** Codes that are made of a text of OpenSSL, of undici or of Node's HTTP parser. */
const FAMILIES: readonly (readonly [RegExp, NetworkTrouble])[] = [
  [/^(?:ERR_SSL_|ERR_OSSL_|ERR_TLS_|EPROTO$)/, 'tls'],
  [/^(?:UND_ERR|HPE_|EAI_|ERR_PROXY_|ERR_SOCKET_)/, 'unreached'],
];

/** What a code of Node says of the network; undefined for every other code. */
export function networkTrouble(code: string): NetworkTrouble | undefined {
  return BY_CODE.get(code) ?? FAMILIES.find(([pattern]) => pattern.test(code))?.[1];
}

/** What to do, by trouble. `attempts` in words. */
export function adviseOnNetwork(trouble: NetworkTrouble, attempts: string): string {
  switch (trouble) {
    case 'unreached':
      return (
        `No answer from AWS after ${attempts}. Check that the region exists, that the runner reaches the endpoint of the service ` +
        '(for a runner in a VPC: NAT or interface endpoints), AWS_ENDPOINT_URL if it is set, HTTPS_PROXY and NO_PROXY, and NODE_EXTRA_CA_CERTS behind a proxy with its own authority.'
      );
    case 'certificate':
      return 'What answers for AWS shows a certificate that this runner does not trust, as a proxy does that opens TLS. Give Node the authority of the proxy (NODE_EXTRA_CA_CERTS, a file of PEM), or let calls to AWS pass by the proxy (NO_PROXY). If AWS_ENDPOINT_URL is set, it must name the host of the certificate.';
    case 'clock':
      return 'The certificate is not valid at the time that the runner has. Check the clock of the runner (NTP). If it is right, a proxy or the host of AWS_ENDPOINT_URL shows a certificate that has run out.';
    case 'tls':
      return 'What answers for AWS does not speak TLS as Node does: a proxy of HTTPS_PROXY that wants http:// instead of https:// (or the reverse), a firewall that cuts in, or AWS_ENDPOINT_URL with the wrong scheme.';
  }
}
