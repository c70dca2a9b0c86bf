/** Where hand-signed requests go: the job's own endpoint, else the host that the SDK would call. */
import type { STSClient } from '@aws-sdk/client-sts';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import { stsHost } from '../client/clients.ts';

export type ServiceId = 'EKS_AUTH' | 'SECRETS_MANAGER' | 'SSM';

/** The name of each service in hosts and signatures. */
export const SERVICE_NAMES: Readonly<Record<ServiceId, string>> = {
  EKS_AUTH: 'eks-auth',
  SECRETS_MANAGER: 'secretsmanager',
  SSM: 'ssm',
};

/** The id of each service in the SDK: its variable and its line in the AWS config file are named by it. */
const SDK_IDS: Readonly<Record<ServiceId, string>> = {
  EKS_AUTH: 'EKS Auth',
  SECRETS_MANAGER: 'Secrets Manager',
  SSM: 'SSM',
};

/** Asks the SDK for the endpoint that the job has set, and for nothing else. */
const SUPPLIER = {
  getEndpointParameterInstructions: () => ({
    Endpoint: { type: 'builtInParams', name: 'endpoint' } as const,
  }),
};

/**
 * The address that the SDK would choose, read by the SDK itself: AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, `endpoint_url` of
 * the profile in the AWS config file (its `services` section first), then AWS's host in the region. `sts` knows AWS_USE_FIPS_ENDPOINT,
 * AWS_USE_DUALSTACK_ENDPOINT and the same in the profile. Throws the SDK's `EndpointError` for a partition without FIPS hosts.
 */
export async function endpointOf(sts: STSClient, service: ServiceId, region: string): Promise<URL> {
  const [fips, dualStack] = await Promise.all([
    sts.config.useFipsEndpoint(),
    sts.config.useDualstackEndpoint(),
  ]);
  const endpointProvider = ({ Endpoint }: { readonly Endpoint?: unknown }) => ({
    url: new URL(
      typeof Endpoint === 'string'
        ? Endpoint
        : `https://${hostOf(sts, service, region, { fips, dualStack })}`,
    ),
  });
  const { url } = await getEndpointFromInstructions({}, SUPPLIER, {
    serviceId: SDK_IDS[service],
    endpointProvider,
  });
  return url;
}

interface Variant {
  readonly fips: boolean;
  readonly dualStack: boolean;
}

/** The partition's suffix comes from the SDK's rules for STS; the names in front of it are the API models' own. */
function hostOf(sts: STSClient, service: ServiceId, region: string, { fips, dualStack }: Variant): string {
  const suffix = (dual: boolean) => stsHost(sts, region, dual).replace(/^sts\.[^.]+\./, '');
  const gov = region.startsWith('us-gov-');
  const host = (dual: boolean) => `${SERVICE_NAMES[service]}${fips ? '-fips' : ''}.${region}.${suffix(dual)}`;
  switch (service) {
    case 'EKS_AUTH':
      // Only has dual-stack hosts.
      return host(true);
    case 'SECRETS_MANAGER':
      return host(dualStack && !servesBothByOneHost(suffix(false), fips));
    case 'SSM':
      // In GovCloud the ordinary hosts of IPv4 are FIPS hosts.
      return gov && fips && !dualStack ? `ssm.${region}.${suffix(false)}` : host(dualStack);
  }
}

/** In these partitions the ordinary hosts of Secrets Manager answer by IPv6 too, and there are no others. */
function servesBothByOneHost(suffix: string, fips: boolean): boolean {
  return suffix === 'amazonaws.com' || (suffix === 'amazonaws.com.cn' && !fips);
}
