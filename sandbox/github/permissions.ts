/** What the tokens of a job may do. */
import type { Access, JobSettings, Permissions } from './types.ts';

const readOnly = (access: Access): Access => (access === 'none' ? 'none' : 'read');

/** As the workflow asks for it, but for a pull request of a fork (GitHub documentation, "Events that trigger workflows"). */
export function permissionsOf({ permissions, fork, event }: JobSettings): Permissions {
  if (fork === undefined || event === 'pull_request_target') return permissions;
  const { issues, pullRequests } = permissions;
  return { idToken: 'none', issues: readOnly(issues), pullRequests: readOnly(pullRequests) };
}
