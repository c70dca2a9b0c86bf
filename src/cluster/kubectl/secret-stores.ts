/** Reads the SharedSecretStores of the Space from what kubectl prints. */
import { z } from 'zod';
import type { SecretStore, StoreAuth } from '../../model/host.ts';
import { jsonField, nonEmpty, rows } from './rows.ts';
import type { Row } from './rows.ts';

export const STORE_COLUMNS = {
  group: '.metadata.namespace',
  name: '.metadata.name',
  aws: '.spec.provider.aws',
  selector: '.spec.controlPlaneSelector',
  failed: '.status.failed',
  conditions: '.status.conditions',
  provisioned: '.status.provisioned',
  generation: '.metadata.generation',
  observed: '.status.observedGeneration',
  nameInside: '.spec.secretStoreName',
};

const conditionSchema = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
});
const conditionsSchema = z.array(conditionSchema);
const failedSchema = z.array(
  z.object({ controlPlane: z.string(), conditions: z.array(conditionSchema).default([]) }),
);
const provisionedSchema = z.array(z.object({ controlPlane: z.string() }));
const jwtSchema = z.object({ serviceAccountRef: z.object({ name: z.string() }) });
const awsSchema = z.object({
  region: z.string().optional(),
  service: z.string().optional(),
  prefix: z.string().optional(),
  role: z.string().optional(),
  additionalRoles: z.array(z.string()).optional(),
  auth: z.object({ jwt: z.unknown().optional(), secretRef: z.unknown().optional() }).nullish(),
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
function awsPart(text: string): Pick<SecretStore, 'provider'> & Partial<SecretStore> {
  if (text === '') return { provider: 'other' };
  const aws = jsonField<Aws>(text, awsSchema, {});
  const { region, prefix = '', role = '', additionalRoles = [] } = aws;
  const jwt = jwtSchema.safeParse(aws.auth?.jwt).data;
  return {
    provider: 'aws',
    auth: authOf(aws),
    service: serviceOf(aws),
    ...(region !== undefined && { region }),
    ...(prefix !== '' && { prefix }),
    ...(role !== '' && { role }),
    ...(additionalRoles.length > 0 && { additionalRoles }),
    ...(jwt !== undefined && { serviceAccount: jwt.serviceAccountRef.name }),
  };
}

function toStore(row: Row<keyof typeof STORE_COLUMNS>): SecretStore {
  const failed = jsonField(row('failed'), failedSchema, []);
  const nameInside = nonEmpty(row('nameInside'));
  return {
    group: row('group'),
    name: row('name'),
    ...(nameInside !== undefined && { nameInside }),
    ...awsPart(row('aws')),
    selector: jsonField(row('selector'), z.json(), null),
    failed: failed.map(({ controlPlane, conditions }) => ({
      controlPlane,
      message: messageOf(conditions),
      reasons: conditions.map(({ reason }) => reason),
    })),
    conditions: jsonField(row('conditions'), conditionsSchema, []),
    provisioned: jsonField(row('provisioned'), provisionedSchema, []).map(({ controlPlane }) => controlPlane),
    stale: row('observed') !== '' && Number(row('observed')) < Number(row('generation')),
  };
}

export function parseStores(stdout: string): readonly SecretStore[] {
  return rows(stdout, STORE_COLUMNS).map(toStore);
}
