/** Whether the job may update Helm's records: else an upgrade stays pending, and no other can be made after it. */
import type { Failure } from '../../model/failure.ts';
import { lacksPermission } from '../explain.ts';
import type { ReleaseSecrets } from '../release-secrets.ts';
import type { Helm, ReleaseName } from './helm.ts';

/** Helm's words for its default, where it keeps records in Secrets (pkg/action, `Configuration.Init`). */
const IN_SECRETS: ReadonlySet<string> = new Set(['', 'secret', 'secrets']);

/**
 * The Failure of an upgrade that must not be begun; undefined when it may be. Helm creates the record and updates it at the end; where it may not create it, or not
 * delete the oldest, it ends before it has changed anything. The API server says what the job may do (SelfSubjectAccessReview,
 * open to every user who is signed in).
 */
export async function refusedToEnd(
  helm: Helm,
  secrets: Pick<ReleaseSecrets, 'mayReplace'>,
  { name, namespace }: ReleaseName,
): Promise<Failure | undefined> {
  const { env, caller } = helm.options;
  if (!IN_SECRETS.has(env['HELM_DRIVER'] ?? '') || (await secrets.mayReplace(namespace))) return undefined;
  const said = `the job may not update secrets in namespace ${namespace}: helm could begin its record of the upgrade there, and not end it. Nothing was begun`;
  return lacksPermission(`upgrade Helm release ${namespace}/${name}`, said, caller);
}
