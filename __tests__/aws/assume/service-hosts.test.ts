/** The hosts of hand-signed calls are those that the SDK would call, in each partition and with each setting of the job. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { expect, test } from '@jest/globals';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
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
) => (await endpointOf(stsClient(region, fips, dualStack), service, region)).host;

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
    expect((await endpointOf(sts, 'SSM', 'us-east-1')).host).toBe('ssm-fips.us-east-1.api.aws');
  } finally {
    delete process.env['AWS_USE_FIPS_ENDPOINT'];
    delete process.env['AWS_USE_DUALSTACK_ENDPOINT'];
  }
});

/** With these variables, and a config file of this text, in place of the job's. */
async function within<T>(env: Record<string, string>, config: string, act: () => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'config-'));
  const file = join(directory, 'config');
  await writeFile(file, config);
  const saved = { ...process.env };
  Object.assign(process.env, env, { AWS_CONFIG_FILE: file });
  try {
    return await act();
  } finally {
    for (const name of ['AWS_CONFIG_FILE', ...Object.keys(env)]) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, saved);
    await rm(directory, { recursive: true });
  }
}

/** A client of the SDK for the same service, which is asked the same. */
async function sdkHost(): Promise<string> {
  const ssm = new SSMClient({ region: 'eu-central-1' });
  const command = GetParameterCommand;
  return (await getEndpointFromInstructions({ Name: 'x' }, command, { ...ssm.config })).url.href;
}

const GENERAL = '[profile ci]\nendpoint_url = http://profile\n';
const SERVICES = `${GENERAL}services = mine\n[services mine]\nssm =\n  endpoint_url = http://of-ssm/sub\n`;
const CI = { AWS_PROFILE: 'ci' };
const AWS = 'https://ssm.eu-central-1.amazonaws.com/';

test.each([
  [{ AWS_ENDPOINT_URL: 'http://general' }, '', 'http://general/'],
  [{ AWS_ENDPOINT_URL: 'http://general', AWS_ENDPOINT_URL_SSM: 'http://own' }, '', 'http://own/'],
  [{ AWS_ENDPOINT_URL: 'http://general', AWS_ENDPOINT_URL_SSM: '' }, '', 'http://general/'],
  [{ AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_SSM: '' }, '', AWS],
  [{ AWS_ENDPOINT_URL: 'http://general', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, '', AWS],
  [{}, '[default]\nendpoint_url = http://default:1234\n', 'http://default:1234/'],
  [{}, GENERAL, AWS],
  [CI, GENERAL, 'http://profile/'],
  [CI, SERVICES, 'http://of-ssm/sub'],
  [{ ...CI, AWS_ENDPOINT_URL: 'http://general' }, SERVICES, 'http://general/'],
  [{ ...CI, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, SERVICES, AWS],
  [CI, `${GENERAL}ignore_configured_endpoint_urls = true\n`, AWS],
])('%j and the file %j lead to %s, for the SDK too', async (env, config, url) => {
  const [own, sdk] = await within(env, config, async () => {
    const sts = stsClient('eu-central-1', false, false);
    return await Promise.all([endpointOf(sts, 'SSM', 'eu-central-1'), sdkHost()]);
  });
  expect([own.href, sdk]).toEqual([url, url]);
});

test.each([
  ['EKS_AUTH', 'eks_auth'],
  ['SECRETS_MANAGER', 'secrets_manager'],
] as const)('%s has the section %s of the file, and its own variable', async (service, section) => {
  const config = `[profile ci]\nservices = mine\n[services mine]\n${section} =\n  endpoint_url = http://section\n`;
  const ask = async () =>
    (await endpointOf(stsClient('eu-central-1', false, false), service, 'eu-central-1')).host;
  expect(await within(CI, config, ask)).toBe('section');
  expect(await within({ ...CI, [`AWS_ENDPOINT_URL_${service}`]: 'http://own' }, config, ask)).toBe('own');
});
