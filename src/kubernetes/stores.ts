/** SharedSecretStores of the Space, as kubectl prints them. */
import { z } from 'zod';
import type { SecretStore, StoreAuth } from '../model/world.ts';
import { jsonField, optional, rowTemplate, rows } from './rows.ts';

const FIELDS = [
  '.metadata.namespace',
  '.metadata.name',
  '.spec.provider.aws',
  '.spec.controlPlaneSelector',
  '.status.failed',
  '.status.conditions',
];

export const STORES_ARGS: readonly string[] = [
  'get',
  'sharedsecretstores.spaces.upbound.io',
  '--all-namespaces',
  '--output',
  rowTemplate(FIELDS),
];

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
const awsSchema = z.object({
  region: z.string().optional(),
  role: z.string().optional(),
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

function toStore([
  group = '',
  name = '',
  provider,
  selector,
  failed,
  conditions,
]: readonly string[]): SecretStore {
  const aws = optional(provider) === undefined ? undefined : jsonField<Aws>(provider, awsSchema, {});
  return {
    group,
    name,
    provider: aws === undefined ? 'other' : 'aws',
    ...(aws === undefined ? {} : { auth: authOf(aws) }),
    ...(aws?.region === undefined ? {} : { region: aws.region }),
    ...(aws?.role === undefined || aws.role === '' ? {} : { role: aws.role }),
    selector: jsonField(selector, z.json(), null),
    failed: jsonField(failed, failedSchema, []).map((each) => ({
      controlPlane: each.controlPlane,
      message: messageOf(each.conditions),
    })),
    conditions: jsonField(conditions, conditionsSchema, []),
  };
}

export function parseStores(stdout: string): readonly SecretStore[] {
  return rows(stdout, FIELDS.length).map(toStore);
}
