/** The one Secret that this action takes away: the record of an upgrade that it has begun and not ended. */
import type { Kubectl } from './kubectl.ts';

/** One that is gone is no error. Throws the explained Failure. */
export async function deleteSecret(kubectl: Kubectl, namespace: string, name: string): Promise<void> {
  const tried = `take away Secret ${namespace}/${name}`;
  const args = ['delete', 'secret', name, `--namespace=${namespace}`, '--ignore-not-found', '--wait=false'];
  const { code, stderr } = await kubectl.run(tried, args);
  if (code !== 0) throw kubectl.failure(tried, stderr);
}
