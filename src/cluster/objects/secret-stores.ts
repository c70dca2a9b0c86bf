/** Reads the SharedSecretStores of the Space. */
import { z } from 'zod';
import type { SecretStore, StoreAuth } from '../../model/host.ts';
import type { ClusterApi } from '../api/api.ts';
import { conditionSchema, metadataSchema, orElse } from './metadata.ts';

const conditionsSchema = z.array(conditionSchema);
const failedSchema = z.array(
  z.object({ controlPlane: z.string(), conditions: z.array(conditionSchema).default([]) }),
);
const NO_STATUS = { failed: [], conditions: [], provisioned: [] };
const provisionedSchema = z.array(z.object({ controlPlane: z.string() }));
const jwtSchema = z.object({
  serviceAccountRef: z.object({ name: z.string(), namespace: z.string().default('') }),
});
const awsSchema = z.object({
  region: z.string().optional(),
  service: z.string().optional(),
  prefix: z.string().optional(),
  role: z.string().optional(),
  additionalRoles: z.array(z.string()).optional(),
  auth: z.object({ jwt: z.unknown().optional(), secretRef: z.unknown().optional() }).nullish(),
});
const storeSchema = z.object({
  metadata: metadataSchema.extend({ generation: z.number().default(0) }),
  spec: z.object({
    provider: orElse(z.object({ aws: orElse(awsSchema, {}).optional() }), {}).default({}),
    controlPlaneSelector: z.json().default(null),
    secretStoreName: z.string().default(''),
  }),
  status: orElse(
    z.object({
      failed: orElse(failedSchema, []).default([]),
      conditions: orElse(conditionsSchema, []).default([]),
      provisioned: orElse(provisionedSchema, []).default([]),
      observedGeneration: z.number().optional(),
    }),
    NO_STATUS,
  ).default(NO_STATUS),
});

type Aws = z.infer<typeof awsSchema>;

/** The order in which External Secrets' AWS provider decides. */
function authOf({ auth }: Aws): StoreAuth {
  if (auth?.jwt !== undefined) return 'jwt';
  return auth?.secretRef === undefined ? 'pod' : 'static-keys';
}

/** What a failed projection says: the conditions that are not true. */
function messageOf(conditions: z.infer<typeof conditionsSchema>): string {
  const failing = conditions.filter(({ status }) => status !== 'True');
  return failing.map(({ reason, message }) => (message === '' ? reason : message)).join('; ');
}

/** External Secrets' names of the two (its CRD, `service`). */
function serviceOf({ service }: Aws): NonNullable<SecretStore['service']> {
  return service === 'ParameterStore' ? 'ssm' : 'secretsmanager';
}

/** What only a store of AWS has. */
function awsPart(aws: Aws | undefined): Pick<SecretStore, 'provider'> & Partial<SecretStore> {
  if (aws === undefined) return { provider: 'other' };
  const { region, prefix = '', role = '', additionalRoles = [] } = aws;
  const account = jwtSchema.safeParse(aws.auth?.jwt).data?.serviceAccountRef;
  return {
    provider: 'aws',
    auth: authOf(aws),
    service: serviceOf(aws),
    ...(region !== undefined && { region }),
    ...(prefix !== '' && { prefix }),
    ...(role !== '' && { role }),
    ...(additionalRoles.length > 0 && { additionalRoles }),
    ...(account !== undefined && { serviceAccount: account.name }),
    ...(account !== undefined && account.namespace !== '' && { serviceAccountNamespace: account.namespace }),
  };
}

function toStore({ metadata, spec, status }: z.infer<typeof storeSchema>): SecretStore {
  const { secretStoreName: nameInside } = spec;
  return {
    group: metadata.namespace,
    name: metadata.name,
    ...(nameInside !== '' && { nameInside }),
    ...awsPart(spec.provider.aws),
    selector: spec.controlPlaneSelector,
    failed: status.failed.map(({ controlPlane, conditions }) => ({
      controlPlane,
      message: messageOf(conditions),
      reasons: conditions.map(({ reason }) => reason),
    })),
    conditions: status.conditions,
    provisioned: status.provisioned.map(({ controlPlane }) => controlPlane),
    stale: isStale(metadata, status),
  };
}

/** The status tells of an older version of the object. */
export function isStale(
  { generation }: { readonly generation: number },
  { observedGeneration }: { readonly observedGeneration?: number | undefined },
): boolean {
  return observedGeneration !== undefined && observedGeneration < generation;
}

/** All of them; none where the Space has no such kind. */
export async function readStores(api: ClusterApi): Promise<readonly SecretStore[]> {
  const tried = 'list the shared secret stores';
  const path = await api.pathOf(tried, 'spaces.upbound.io', 'sharedsecretstores');
  return path === undefined ? [] : (await api.list({ tried, path, schema: storeSchema })).map(toStore);
}
