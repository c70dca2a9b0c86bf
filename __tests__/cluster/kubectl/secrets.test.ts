/** Helm's records as Secrets, through kubectl. */
import { describe, expect, test } from '@jest/globals';
import { createReleaseSecrets } from '../../../src/cluster/kubectl/secrets.ts';
import { refused } from '../../tools/fakes.ts';
import { kubectlSetup } from './setup.ts';

const NAME = 'sh.helm.release.v1.spaces.v4';
const SECRET = '{"data":{"release":"c2VjcmV0"}}';

test('a Secret is read by one call', async () => {
  const { kubectl, lines } = kubectlSetup(() => SECRET);
  expect(await createReleaseSecrets(kubectl).read('upbound-system', NAME)).toBe(SECRET);
  expect(lines()).toEqual([
    expect.stringContaining(`get secret ${NAME} --namespace=upbound-system --ignore-not-found --output=json`),
  ]);
});

describe('whether the job may replace one', () => {
  test('is asked by one call that changes nothing', async () => {
    const { kubectl, lines } = kubectlSetup(() => 'yes\n');
    expect(await createReleaseSecrets(kubectl).mayReplace('upbound-system')).toBe(true);
    expect(lines()).toEqual([
      expect.stringContaining('auth can-i update secrets --namespace=upbound-system'),
    ]);
  });

  test.each([
    ['no\n', '', false],
    ['no - no RBAC policy matched\n', '', false],
    ['', 'Error from server (Forbidden): selfsubjectaccessreviews.authorization.k8s.io is forbidden', true],
  ])('%j, %j', async (stdout, stderr, expected) => {
    const { kubectl } = kubectlSetup(() => ({ code: 1, stdout, stderr }));
    expect(await createReleaseSecrets(kubectl).mayReplace('n')).toBe(expected);
  });
});

describe('a Secret is replaced', () => {
  test('by one call, with its content on stdin alone', async () => {
    const { kubectl, requests, lines } = kubectlSetup(() => '');
    await createReleaseSecrets(kubectl).replace('upbound-system', NAME, SECRET);
    expect(lines()).toEqual([expect.stringContaining('replace --filename=- --namespace=upbound-system')]);
    expect(lines()[0]).not.toContain('c2VjcmV0');
    expect(requests[0]?.stdin).toBe(SECRET);
  });

  test.each([
    `Error from server (Conflict): error when replacing "STDIN": Operation cannot be fulfilled on secrets "${NAME}": the object has been modified`,
    `Error from server (NotFound): error when replacing "STDIN": secrets "${NAME}" not found`,
  ])('unless others have been at it: %s', async (said) => {
    const { kubectl, lines } = kubectlSetup(() => refused(said));
    await createReleaseSecrets(kubectl).replace('n', NAME, SECRET);
    expect(lines()).toHaveLength(1);
  });

  test('a refusal is explained', async () => {
    const said =
      'Error from server (Forbidden): error when replacing "STDIN": secrets "s" is forbidden: User "u" cannot update resource "secrets" in API group "" in the namespace "n"';
    const { kubectl } = kubectlSetup(() => refused(said));
    await expect(createReleaseSecrets(kubectl).replace('n', 's', SECRET)).rejects.toMatchObject({
      reason: 'access-denied',
      details: { tried: 'mark Secret n/s as the record of a failed upgrade' },
    });
  });
});
