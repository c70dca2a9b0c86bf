/** The one Secret that this action writes: the record of an upgrade that it has begun and not ended. */
import type { ReleaseSecrets } from '../release-secrets.ts';
import type { Kubectl } from './kubectl.ts';

/** Whole Secrets by way of kubectl, in JSON, which hold all that is secret in a Space: on stdin and stdout alone. */
export function createReleaseSecrets(kubectl: Kubectl): ReleaseSecrets {
  return {
    read: async (namespace, name) =>
      await kubectl.read(`read Secret ${namespace}/${name}`, [
        'get',
        'secret',
        name,
        `--namespace=${namespace}`,
        '--ignore-not-found',
        '--output=json',
      ]),
    mayReplace: async (namespace) => {
      const tried = `ask whether Secrets of ${namespace} may be updated`;
      const { stdout } = await kubectl.retry(tried, [
        'auth',
        'can-i',
        'update',
        'secrets',
        `--namespace=${namespace}`,
      ]);
      return !/^no\b/.test(stdout);
    },
    replace: async (namespace, name, secret) => {
      const tried = `mark Secret ${namespace}/${name} as the record of a failed upgrade`;
      const args = ['replace', '--filename=-', `--namespace=${namespace}`];
      const { code, stderr } = await kubectl.run(tried, args, { stdin: secret });
      // Another run has been at it since it was read, or helm itself: what there is now decides.
      if (code !== 0 && !/\((?:Conflict|NotFound)\)/.test(stderr)) throw kubectl.failure(tried, stderr);
    },
  };
}
