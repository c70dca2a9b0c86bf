/** A kubectl whose `proxy` is the stand-in. */
import { join } from 'node:path';
import type { Kubectl } from '../../../src/cluster/kubectl/kubectl.ts';
import { kubectlSetup } from '../kubectl/setup.ts';

const SCRIPT = join(import.meta.dirname, 'fake-proxy.ts');

export function proxyKubectl(mode: string): Kubectl {
  const { kubectl } = kubectlSetup(() => '');
  return {
    ...kubectl,
    invocation: (args) => ({
      file: process.execPath,
      args: [SCRIPT, ...args, '--kubeconfig=/private/kubeconfig'],
      env: { PATH: '/bin', FAKE_PROXY: mode },
    }),
  };
}
