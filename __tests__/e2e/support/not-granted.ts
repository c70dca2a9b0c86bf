/** What the rights of apply-pod-identity must not come to, as attributes of a SubjectAccessReview. */
const admission = { group: 'admissionregistration.k8s.io' };
const rbac = { group: 'rbac.authorization.k8s.io' };

export const NOT_GRANTED: readonly (readonly [string, object])[] = [
  ['change the policies', { ...admission, verb: 'update', resource: 'validatingadmissionpolicies' }],
  ['delete the policies', { ...admission, verb: 'delete', resource: 'validatingadmissionpolicies' }],
  ['unbind the policies', { ...admission, verb: 'delete', resource: 'validatingadmissionpolicybindings' }],
  ['act as another group', { verb: 'impersonate', resource: 'groups' }],
  ['act as a user', { verb: 'impersonate', resource: 'users' }],
  ['act as a service account', { verb: 'impersonate', resource: 'serviceaccounts' }],
  ['give itself a role', { ...rbac, verb: 'create', resource: 'clusterrolebindings' }],
  ['bind what it does not have', { ...rbac, verb: 'bind', resource: 'clusterroles' }],
  ['enter pods', { verb: 'create', resource: 'pods', subresource: 'exec' }],
  ['attach to pods', { verb: 'create', resource: 'pods', subresource: 'attach' }],
  ['evict pods', { verb: 'create', resource: 'pods', subresource: 'eviction' }],
  ['bind pods to nodes', { verb: 'create', resource: 'pods', subresource: 'binding' }],
  ['debug pods', { verb: 'patch', resource: 'pods', subresource: 'ephemeralcontainers' }],
  ['change pods', { verb: 'patch', resource: 'pods' }],
  ['delete pods', { verb: 'delete', resource: 'pods' }],
  ['make ReplicaSets', { group: 'apps', verb: 'create', resource: 'replicasets' }],
  ['make Deployments', { group: 'apps', verb: 'create', resource: 'deployments' }],
  ['make Jobs', { group: 'batch', verb: 'create', resource: 'jobs' }],
  ['annotate service accounts', { verb: 'patch', resource: 'serviceaccounts' }],
  [
    'take tokens of other service accounts',
    { verb: 'create', resource: 'serviceaccounts', subresource: 'token', name: 'admin' },
  ],
  ['scale', { group: 'apps', verb: 'patch', resource: 'deployments', subresource: 'scale' }],
  ['read Secrets of host namespaces', { verb: 'list', resource: 'secrets' }],
];
