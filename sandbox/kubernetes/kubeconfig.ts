/** Writes kubeconfigs. */
import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import type { IssuedCertificate } from '../certificates.ts';

export interface KubeconfigOptions {
  readonly file: string;
  readonly endpoint: string;
  readonly caPem: string;
  readonly user: string;
  readonly certificate: IssuedCertificate;
}

/** Writes a kubeconfig with a client certificate, all in the one file and readable by its owner only. */
export async function writeKubeconfig({
  file,
  endpoint,
  caPem,
  user,
  certificate,
}: KubeconfigOptions): Promise<void> {
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'sandbox', cluster: { server: endpoint, 'certificate-authority-data': base64(caPem) } },
    ],
    users: [
      {
        name: user,
        user: {
          'client-certificate-data': base64(certificate.certPem),
          'client-key-data': base64(certificate.keyPem),
        },
      },
    ],
    contexts: [{ name: 'sandbox', context: { cluster: 'sandbox', user } }],
    'current-context': 'sandbox',
  };
  await writeFile(file, stringify(kubeconfig), { mode: 0o600 });
}

function base64(value: string): string {
  return Buffer.from(value).toString('base64');
}
