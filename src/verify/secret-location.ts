/** Where a key of a SharedExternalSecret lies in AWS: its service, account, region and ARN. */
import { PARAMETER_STORE, resourceArn, SECRETS_MANAGER } from '../desired/grants.ts';
import type { SecretService } from '../model/grant.ts';
import type { SecretStore } from '../model/host.ts';
import type { SecretRead } from '../model/shared-secret.ts';
import type { Target } from '../model/target.ts';
import { arnParts } from '../policy/patterns.ts';

interface Place {
  readonly service: SecretService;
  /** The key, with the store's prefix; `find` for a search. */
  readonly key: string;
  readonly account: string;
  readonly region: string;
}

export interface Named extends Place {
  readonly kind: 'value' | 'tags';
  /** The name in the form that prefixes are compared with. */
  readonly name: string;
  /** Its ARN as far as it is known: a secret's ends with the hyphen before the six characters that AWS appends, or is whole. */
  readonly arn: string;
}

/** The `why` is a clause for people. */
export type Located = Named | (Place & { readonly kind: 'unclear'; readonly why: string });

/** `account`: of the role that reads. */
export function locate(read: SecretRead, store: SecretStore, account: string, target: Target): Located {
  const service = store.service === 'ssm' ? PARAMETER_STORE : SECRETS_MANAGER;
  const here = { service, account, region: store.region ?? target.region };
  if (read.kind === 'find') return { ...here, key: 'find', kind: 'unclear', why: SEARCH[service.name] };
  // External Secrets puts the two together as they are (ESO, providers/v1/aws).
  const key = `${store.prefix ?? ''}${read.key}`;
  if (key.includes('{{')) return { ...here, key, kind: 'unclear', why: 'the key holds a template' };
  if (key.startsWith('arn:')) return ofArn({ ...here, key }, read.kind);
  const name = withoutVersion(key, service);
  const arn = resourceArn(service, name, { ...target, ...here });
  return { ...here, key, kind: read.kind, name, arn: `${arn}${service.exampleSuffix.slice(0, 1)}` };
}

const SEARCH: Readonly<Record<SecretService['name'], string>> = {
  secretsmanager: '`find` needs a right that this action never grants, secretsmanager:ListSecrets',
  ssm: '`find` needs rights that this action never grants, ssm:DescribeParameters and ssm:GetParametersByPath',
};

/** Names of parameters hold no colon: what follows one is a version or a label (SSM GetParameter). */
function withoutVersion(name: string, { name: service }: SecretService): string {
  return service === 'ssm' ? name.replace(/:.*$/, '') : name;
}

function ofArn(here: Place, kind: Named['kind']): Located {
  const { service: expected, key } = here;
  const [, , service = '', region = '', account = '', resource = ''] = arnParts(key);
  const at = { ...here, region, account };
  if (service !== expected.name)
    return {
      ...at,
      kind: 'unclear',
      why: `it is an ARN of ${service}, and the store reads ${expected.name}`,
    };
  if (account !== here.account || region !== here.region) {
    const why = `it lies in account ${account} and ${region}, and the store reads in ${here.account} and ${here.region}`;
    return { ...at, kind: 'unclear', why };
  }
  const start = key.split(':', 5).join(':');
  if (expected.name === 'ssm') {
    const path = withoutVersion(resource, expected);
    return { ...at, kind, name: path.replace(/^parameter/, ''), arn: `${start}:${path}` };
  }
  const name = resource.replace(/^secret:/, '');
  // Either as AWS shows it or without what AWS has appended (Secrets Manager GetSecretValue).
  const isWhole = SUFFIX.test(name);
  return { ...at, kind, name: name.replace(SUFFIX, ''), arn: isWhole ? key : `${key}-` };
}

const SUFFIX = /-[A-Za-z0-9]{6}$/;
