/** A kubeconfig with a token, for this run alone. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterFacts } from '../run-context.ts';

/** Writes it, readable by its owner alone, and returns its path. */
export async function writeTokenKubeconfig(
  dir: string,
  name: string,
  { endpoint, caPem }: ClusterFacts,
  token: string,
): Promise<string> {
  const file = join(dir, `${name}.kubeconfig`);
  const cluster = { server: endpoint, 'certificate-authority-data': Buffer.from(caPem).toString('base64') };
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'acceptance', cluster }],
    users: [{ name, user: { token } }],
    contexts: [{ name: 'acceptance', context: { cluster: 'acceptance', user: name } }],
    'current-context': 'acceptance',
  };
  // JSON is YAML.
  await writeFile(file, JSON.stringify(kubeconfig), { mode: 0o600 });
  return file;
}
