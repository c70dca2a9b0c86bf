/** The one Secret that is taken away. */
import { expect, test } from '@jest/globals';
import { deleteSecret } from '../../../src/cluster/kubectl/secrets.ts';
import { refused } from '../../tools/fakes.ts';
import { kubectlSetup } from './setup.ts';

test('a Secret is taken away by one call, which does not mind one that is gone', async () => {
  const { kubectl, lines } = kubectlSetup(() => '');
  await deleteSecret(kubectl, 'upbound-system', 'sh.helm.release.v1.spaces.v4');
  expect(lines()).toHaveLength(1);
  expect(lines()[0]).toContain(
    'delete secret sh.helm.release.v1.spaces.v4 --namespace=upbound-system --ignore-not-found --wait=false',
  );
});

test('a refusal is explained', async () => {
  const said =
    'Error from server (Forbidden): secrets "s" is forbidden: User "u" cannot delete resource "secrets" in API group "" in the namespace "n"';
  const { kubectl } = kubectlSetup(() => refused(said));
  await expect(deleteSecret(kubectl, 'n', 's')).rejects.toMatchObject({
    reason: 'access-denied',
    details: { tried: 'take away Secret n/s' },
  });
});
