/** Computes who may read what from the inputs; everything else asks the result. */
import type { Intent } from '../model/config.ts';
import type { Grant, Grants, KeyGrant, OwnPrefix, SecretService } from '../model/grant.ts';
import type { Target } from '../model/target.ts';
import { placeholdersIn } from '../policy/placeholders.ts';

export const SECRETS_MANAGER: SecretService = {
  name: 'secretsmanager',
  contents: 'secrets',
  reads: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
  readsValue: 'secretsmanager:GetSecretValue',
  readsOtherwise: [],
  writesValue: 'secretsmanager:PutSecretValue',
  // AWS appends a hyphen and six characters to a secret's name in its ARN.
  exampleSuffix: '-AbCdEf',
  statementId: 'ReadSecrets',
};

export const PARAMETER_STORE: SecretService = {
  name: 'ssm',
  contents: 'parameters',
  reads: ['ssm:GetParameter', 'ssm:ListTagsForResource'],
  readsValue: 'ssm:GetParameter',
  readsOtherwise: ['ssm:GetParameters', 'ssm:GetParametersByPath', 'ssm:GetParameterHistory'],
  writesValue: 'ssm:PutParameter',
  exampleSuffix: '',
  statementId: 'ReadParameters',
};

/** In the order of the access policy's statements. */
export const SECRET_SERVICES: readonly SecretService[] = [SECRETS_MANAGER, PARAMETER_STORE];

/** The grants of a role that this action shapes; of a role made elsewhere only where its sessions have to go on to. */
export function grantsOf(
  { role, targetRoleArn }: Pick<Intent, 'role' | 'targetRoleArn'>,
  target: Target,
): Grants {
  const targets = targetRoleArn === undefined ? [] : [targetRoleArn];
  if (role.kind === 'referenced') return { reads: [], own: [], keys: [], assumes: targets };
  const all = [
    ...role.secretPrefixes.map((prefix) => grant(SECRETS_MANAGER, prefix, target)),
    ...role.parameterPrefixes.map((prefix) => grant(PARAMETER_STORE, prefix, target)),
  ].map((read): OwnPrefix => ({ ...read, placeholders: placeholdersIn(read.prefix) }));
  const services = SECRET_SERVICES.filter((service) => all.some((read) => read.service === service));
  const via = services.map((service) => ({ service, hosts: viaHosts(service, target) }));
  return {
    reads: all.filter(isCommon).map(({ placeholders: _none, ...read }): Grant => read),
    own: all.filter((read) => !isCommon(read)),
    keys: role.kmsKeyArns.map((keyArn): KeyGrant => ({ keyArn, via })),
    assumes: [...new Set([...role.assumeRoles, ...targets])],
  };
}

const isCommon = ({ placeholders }: OwnPrefix): boolean => placeholders.length === 0;

function grant(service: SecretService, prefix: string, target: Target): Grant {
  return { service, prefix, resource: `${resourceArn(service, prefix, target)}*` };
}

/** ARN of a secret or parameter, or its beginning. */
export function resourceArn({ name }: SecretService, path: string, target: Target): string {
  const start = `arn:${target.partition}:${name}:${target.region}:${target.account}`;
  switch (name) {
    case 'secretsmanager':
      return `${start}:secret:${path}`;
    case 'ssm':
      // One slash in any case: `/app/` and `app/` are both `parameter/app/…` (SSM PutParameter).
      return `${start}:parameter/${path.replace(/^\//, '')}`;
  }
}

/** `secretsmanager.eu-central-1.amazonaws.com`. */
function viaHosts({ name }: SecretService, { partition, region }: Target): readonly [string, ...string[]] {
  const [first, ...more] = dnsSuffixes(partition);
  const host = (suffix: string): string => `${name}.${region}.${suffix}`;
  return [host(first), ...more.map(host)];
}

/** DNS suffixes of `kms:ViaService` values; China's services have been seen under both, and a spare value harms nothing. */
function dnsSuffixes(partition: string): readonly [string, ...string[]] {
  switch (partition) {
    case 'aws-cn':
      return ['amazonaws.com', 'amazonaws.com.cn'];
    case 'aws-eusc':
      return ['amazonaws.eu'];
    case 'aws-iso':
      return ['c2s.ic.gov'];
    case 'aws-iso-b':
      return ['sc2s.sgov.gov'];
    default:
      return ['amazonaws.com'];
  }
}
