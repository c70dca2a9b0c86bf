/** Kubeconfigs as they are written. */
import { mkdtemp, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { expect, test } from '@jest/globals';
import { writeKubeconfig } from '../../kubernetes/kubeconfig.ts';

test('a client finds server, authority and its own certificate in it', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'kubeconfig-')), 'admin.kubeconfig');
  await writeKubeconfig({
    file,
    endpoint: 'https://127.0.0.1:6443',
    caPem: 'the authority',
    user: 'kubernetes-admin',
    certificate: { certPem: 'the certificate', keyPem: 'the key' },
  });
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(await readFile(file, 'utf8'));
  expect(kubeConfig.getCurrentCluster()).toMatchObject({
    server: 'https://127.0.0.1:6443',
    caData: Buffer.from('the authority').toString('base64'),
  });
  expect(kubeConfig.getCurrentUser()).toMatchObject({
    name: 'kubernetes-admin',
    certData: Buffer.from('the certificate').toString('base64'),
    keyData: Buffer.from('the key').toString('base64'),
  });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});
