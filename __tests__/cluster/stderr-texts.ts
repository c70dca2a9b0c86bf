/** What kubectl prints when the API server refuses. */
export const UNAUTHORIZED =
  'error: You must be logged in to the server (the server has asked for the client to provide credentials)\n';
export const FORBIDDEN =
  'Error from server (Forbidden): pods is forbidden: User "arn:aws:sts::1:assumed-role/ci/x" cannot list resource "pods" in API group "" at the cluster scope\n';
export const IN_NAMESPACE =
  'deployments.apps "x" is forbidden: User "ci" cannot patch resource "deployments" in API group "apps" in the namespace "mxp-1-system"';
