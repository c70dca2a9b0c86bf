/** The services of the stand-in, named as in the SigV4 credential scope. */
const serviceNames = ['iam', 'sts', 'eks', 'eks-auth', 'secretsmanager', 'ssm'] as const;

export type ServiceName = (typeof serviceNames)[number];

export function isServiceName(name: string): name is ServiceName {
  return serviceNames.some((known) => known === name);
}

/** How a service speaks: form in and XML out, REST paths with JSON, or JSON with an X-Amz-Target header. */
export const protocols: Record<ServiceName, 'query' | 'rest-json' | 'json-target'> = {
  iam: 'query',
  sts: 'query',
  eks: 'rest-json',
  'eks-auth': 'rest-json',
  secretsmanager: 'json-target',
  ssm: 'json-target',
};
