/** The name that Spaces gives to host namespaces, unless a control plane names its own (Spaces documentation). */

/** All of them, as IAM's patterns have it. */
export const HOST_NAMESPACE_PATTERN = 'mxp-*-system';

const NAME = /^mxp-(.*)-system$/;

/** The host namespace of the control plane with this id. */
export function hostNamespaceName(id: string): string {
  return `mxp-${id}-system`;
}

/** Whether a namespace is named like a host namespace. */
export function isHostNamespaceName(namespace: string): boolean {
  return NAME.test(namespace);
}

/** The id of the control plane that a host namespace is named after; undefined for a namespace of another name. */
export function idInHostNamespace(namespace: string): string | undefined {
  return NAME.exec(namespace)?.[1] || undefined;
}
