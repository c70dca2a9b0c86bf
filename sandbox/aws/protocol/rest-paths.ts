/** The REST paths of EKS and EKS Auth. */
import type { ServiceName } from '../services.ts';
import type { WireRequest } from './http.ts';

const eksPaths: Record<string, string> = {
  'GET /clusters': 'ListClusters',
  'GET /clusters/{name}': 'DescribeCluster',
  'GET /clusters/{clusterName}/addons': 'ListAddons',
  'POST /clusters/{clusterName}/addons': 'CreateAddon',
  'GET /clusters/{clusterName}/addons/{addonName}': 'DescribeAddon',
  'DELETE /clusters/{clusterName}/addons/{addonName}': 'DeleteAddon',
  'GET /addons/supported-versions': 'DescribeAddonVersions',
  'GET /clusters/{clusterName}/pod-identity-associations': 'ListPodIdentityAssociations',
  'POST /clusters/{clusterName}/pod-identity-associations': 'CreatePodIdentityAssociation',
  'GET /clusters/{clusterName}/pod-identity-associations/{associationId}': 'DescribePodIdentityAssociation',
  'POST /clusters/{clusterName}/pod-identity-associations/{associationId}': 'UpdatePodIdentityAssociation',
  'DELETE /clusters/{clusterName}/pod-identity-associations/{associationId}': 'DeletePodIdentityAssociation',
  'GET /clusters/{clusterName}/access-entries': 'ListAccessEntries',
  'POST /clusters/{clusterName}/access-entries': 'CreateAccessEntry',
  'DELETE /clusters/{clusterName}/access-entries/{principalArn}': 'DeleteAccessEntry',
  'GET /tags/{resourceArn}': 'ListTagsForResource',
  'POST /tags/{resourceArn}': 'TagResource',
  'DELETE /tags/{resourceArn}': 'UntagResource',
};

const eksAuthPaths: Record<string, string> = {
  'POST /clusters/{clusterName}/assume-role-for-pod-identity': 'AssumeRoleForPodIdentity',
};

function compile(paths: Record<string, string>) {
  return Object.entries(paths).map(([template, action]) => ({
    action,
    pattern: new RegExp(`^${template.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}/?$`),
  }));
}

const compiled: Partial<Record<ServiceName, ReturnType<typeof compile>>> = {
  eks: compile(eksPaths),
  'eks-auth': compile(eksAuthPaths),
};

/** Operation and path members of a REST request, or undefined. */
export function matchRestPath(service: ServiceName, request: WireRequest) {
  for (const { action, pattern } of compiled[service] ?? []) {
    const match = pattern.exec(`${request.method} ${request.path}`);
    if (match === null) continue;
    const labels = Object.entries(match.groups ?? {}).map(([name, text]): [string, string] => [
      name,
      decodeURIComponent(text),
    ]);
    return { action, labels: Object.fromEntries(labels) };
  }
  return undefined;
}
