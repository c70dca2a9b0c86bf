/** The hosts of hand-signed calls are those that the SDK would call, in each partition and with each setting of the job. */
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { expect, test } from '@jest/globals';
import { endpointOf } from '../../../src/aws/assume/service-hosts.ts';

const REGIONS = [
  'us-east-1',
  'eu-central-1',
  'ca-west-1',
  'us-gov-west-1',
  'us-gov-east-1',
  'cn-north-1',
  'cn-northwest-1',
  'us-iso-east-1',
  'us-isob-east-1',
  'us-isof-south-1',
  'eu-isoe-west-1',
  'eusc-de-east-1',
];
const SETTINGS = [false, true].flatMap((fips) => [false, true].map((dualStack) => ({ fips, dualStack })));
const CASES = REGIONS.flatMap((region) => SETTINGS.map((each) => ({ region, ...each })));

const stsClient = (region: string, fips: boolean, dualStack: boolean) =>
  new STSClient({ region, useFipsEndpoint: fips, useDualstackEndpoint: dualStack });
const hostOf = async (
  service: Parameters<typeof endpointOf>[1],
  { region, fips, dualStack }: (typeof CASES)[number],
) => (await endpointOf({ sts: stsClient(region, fips, dualStack), env: {} }, service, region)).host;

test.each(CASES)('SSM and Secrets Manager, $region, FIPS $fips, dual-stack $dualStack', async (each) => {
  const { region } = each;
  const parameters = { Region: region, UseFIPS: each.fips, UseDualStack: each.dualStack };
  const ssm = new SSMClient({ region }).config.endpointProvider(parameters);
  const secrets = new SecretsManagerClient({ region }).config.endpointProvider(parameters);
  expect(await hostOf('SSM', each)).toBe(ssm.url.hostname);
  expect(await hostOf('SECRETS_MANAGER', each)).toBe(secrets.url.hostname);
});

/** The API model of EKS Auth: the dual-stack suffix of the partition, whether dual-stack is asked for or not. */
test.each([
  ['eu-central-1', false, 'eks-auth.eu-central-1.api.aws'],
  ['us-east-1', true, 'eks-auth-fips.us-east-1.api.aws'],
  ['us-gov-west-1', false, 'eks-auth.us-gov-west-1.api.aws'],
  ['us-gov-west-1', true, 'eks-auth-fips.us-gov-west-1.api.aws'],
  ['cn-north-1', false, 'eks-auth.cn-north-1.api.amazonwebservices.com.cn'],
  ['us-iso-east-1', true, 'eks-auth-fips.us-iso-east-1.api.aws.ic.gov'],
  ['eusc-de-east-1', false, 'eks-auth.eusc-de-east-1.api.amazonwebservices.eu'],
])('EKS Auth, %s, FIPS %s', async (region, fips, host) => {
  for (const dualStack of [false, true]) {
    expect(await hostOf('EKS_AUTH', { region, fips, dualStack })).toBe(host);
  }
});

test('FIPS and dual-stack come from the environment of the job, as for the calls of the SDK', async () => {
  process.env['AWS_USE_FIPS_ENDPOINT'] = 'true';
  process.env['AWS_USE_DUALSTACK_ENDPOINT'] = 'true';
  try {
    const sts = new STSClient({ region: 'us-east-1' });
    expect((await endpointOf({ sts, env: {} }, 'SSM', 'us-east-1')).host).toBe('ssm-fips.us-east-1.api.aws');
  } finally {
    delete process.env['AWS_USE_FIPS_ENDPOINT'];
    delete process.env['AWS_USE_DUALSTACK_ENDPOINT'];
  }
});

test.each([
  [{ AWS_ENDPOINT_URL: 'http://general' }, 'general'],
  [{ AWS_ENDPOINT_URL: 'http://general', AWS_ENDPOINT_URL_SSM: 'http://own' }, 'own'],
  [{ AWS_ENDPOINT_URL: 'http://general', AWS_ENDPOINT_URL_SSM: '' }, 'general'],
  [{ AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_SSM: '' }, 'ssm.eu-central-1.amazonaws.com'],
  [
    { AWS_ENDPOINT_URL: 'http://general', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
    'ssm.eu-central-1.amazonaws.com',
  ],
])('%j leads to %s', async (env, host) => {
  const sts = stsClient('eu-central-1', false, false);
  expect((await endpointOf({ sts, env }, 'SSM', 'eu-central-1')).host).toBe(host);
});
