/** Reads what a reference names through a store, as External Secrets' providers for AWS do (eso providers/v1/aws/secretsmanager and parameterstore). */
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  GetParameterCommand,
  GetParametersByPathCommand,
  ListTagsForResourceCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { z } from 'zod';
import { WORKLOAD } from '../aws/record.ts';
import { asked } from './answers.ts';
import { at } from './pod-credentials.ts';
import type { Reference } from './references.ts';
import type { Session } from './sign-in.ts';
import type { AwsProvider, Find, RemoteRef } from './types.ts';

/** One of the two services, by full names. */
interface Service {
  value(name: string, version: string | undefined): Promise<string>;
  tags(name: string): Promise<Record<string, string>>;
  /** The names of all that a search may look at. */
  names(path: string | undefined): Promise<readonly string[]>;
}

type Config = Session & { readonly endpoint?: string; readonly maxAttempts: number };

const tagsOf = (
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = [],
): Record<string, string> => Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));

function secretsManager(config: Config): Service {
  const client = new SecretsManagerClient({ ...config, customUserAgent: WORKLOAD });
  return {
    async value(SecretId, version = 'AWSCURRENT') {
      const which = version.startsWith('uuid/')
        ? { VersionId: version.slice('uuid/'.length) }
        : { VersionStage: version };
      const call = client.send(new GetSecretValueCommand({ SecretId, ...which }));
      return (await asked('Secrets Manager: GetSecretValue', call)).SecretString ?? '';
    },
    async tags(SecretId) {
      const call = client.send(new DescribeSecretCommand({ SecretId }));
      return tagsOf((await asked('Secrets Manager: DescribeSecret', call)).Tags);
    },
    async names() {
      const answer = await asked('Secrets Manager: ListSecrets', client.send(new ListSecretsCommand({})));
      return (answer.SecretList ?? []).map(({ Name = '' }) => Name);
    },
  };
}

function parameterStore(config: Config): Service {
  const client = new SSMClient({ ...config, customUserAgent: WORKLOAD });
  return {
    async value(name, version) {
      const Name = version === undefined ? name : `${name}:${version}`;
      const call = client.send(new GetParameterCommand({ Name, WithDecryption: true }));
      return (await asked('SSM: GetParameter', call)).Parameter?.Value ?? '';
    },
    async tags(ResourceId) {
      const call = client.send(new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId }));
      return tagsOf((await asked('SSM: ListTagsForResource', call)).TagList);
    },
    async names(Path = '/') {
      const call = client.send(new GetParametersByPathCommand({ Path, Recursive: true }));
      return ((await asked('SSM: GetParametersByPath', call)).Parameters ?? []).map(({ Name = '' }) => Name);
    },
  };
}

const object = z.record(z.string(), z.unknown());

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A property of a JSON text, by its path with dots. */
function propertyOf(text: string, path: string): string | undefined {
  let value = parse(text);
  for (const step of path.split('.')) value = object.safeParse(value).data?.[step];
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

async function get(service: Service, prefix: string, ref: RemoteRef): Promise<string> {
  const name = prefix + ref.key;
  const text =
    ref.metadataPolicy === 'Fetch'
      ? JSON.stringify(await service.tags(name))
      : await service.value(name, ref.version);
  if (ref.property === undefined) return text;
  const value = propertyOf(text, ref.property);
  if (value === undefined) throw new Error(`key ${ref.property} does not exist in secret ${ref.key}`);
  return value;
}

async function extract(service: Service, prefix: string, ref: RemoteRef): Promise<string> {
  const text = await get(service, prefix, ref);
  if (object.safeParse(parse(text)).success) return text;
  throw new Error(`unable to unmarshal secret ${ref.key}`);
}

/** Every hit is read on its own; a search by tags lists as one by name does. */
async function find(service: Service, { path, name, tags }: Find): Promise<string> {
  const names = await service.names(path);
  const pattern = new RegExp(name?.regexp ?? '');
  const hits: Record<string, string> = {};
  for (const one of names.filter(
    (candidate) => candidate.startsWith(path ?? '') && pattern.test(candidate),
  )) {
    const own = tags === undefined ? {} : await service.tags(one);
    const fits = Object.entries(tags ?? {}).every(([key, value]) => own[key] === value);
    if (fits) hits[one] = await service.value(one, undefined);
  }
  return JSON.stringify(hits);
}

/** What a reference gives, through a store that a session was made for. Rejects with what the provider says. */
export async function readReference(
  endpoint: string | undefined,
  { service: which, prefix = '' }: AwsProvider,
  session: Session,
  { what }: Reference,
): Promise<string> {
  const config = { ...session, ...at(endpoint), maxAttempts: 1 };
  const service = which === 'ParameterStore' ? parameterStore(config) : secretsManager(config);
  if ('get' in what) return await get(service, prefix, what.get);
  if ('extract' in what) return await extract(service, prefix, what.extract);
  return await find(service, what.find);
}
