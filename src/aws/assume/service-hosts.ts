/** Where hand-signed requests go: the job's own endpoint, else the host that the SDK would call. */
import type { STSClient } from '@aws-sdk/client-sts';
import { stsHost } from '../client/clients.ts';

export type ServiceId = 'EKS_AUTH' | 'SECRETS_MANAGER' | 'SSM';

/** The name of each service in hosts and signatures. */
export const SERVICE_NAMES: Readonly<Record<ServiceId, string>> = {
  EKS_AUTH: 'eks-auth',
  SECRETS_MANAGER: 'secretsmanager',
  SSM: 'ssm',
};

export interface EndpointSettings {
  /** Knows AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT and the same in the profile. */
  readonly sts: STSClient;
  /** The job's environment, for `AWS_ENDPOINT_URL` and its variants. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * As the SDK chooses: the service's own variable, the general variable, then AWS's host in the region. An empty variable counts as
 * none. Throws the SDK's `EndpointError` for a partition without FIPS hosts.
 */
export async function endpointOf(
  { sts, env }: EndpointSettings,
  service: ServiceId,
  region: string,
): Promise<URL> {
  const variables = [env[`AWS_ENDPOINT_URL_${service}`], env['AWS_ENDPOINT_URL']];
  const configured = variables.find((url) => url !== undefined && url !== '');
  if (configured !== undefined && env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] !== 'true') {
    return new URL(configured);
  }
  const [fips, dualStack] = await Promise.all([
    sts.config.useFipsEndpoint(),
    sts.config.useDualstackEndpoint(),
  ]);
  return new URL(`https://${hostOf(sts, service, region, { fips, dualStack })}`);
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
