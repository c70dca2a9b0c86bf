/** Reads the SharedSecretStores and SharedExternalSecrets of the Space: one kubectl process for both kinds. */
import { z } from 'zod';
import { Failure, type FailureReason } from '../../model/failure.ts';
import type { SpaceFacts } from '../../model/ports.ts';
import type { SecretRead, SharedSecret } from '../../model/shared-secret.ts';
import type { Kubectl } from './kubectl.ts';
import { cells, jsonField, rows } from './rows.ts';
import type { Row } from './rows.ts';
import { parseStores, STORE_COLUMNS } from './secret-stores.ts';

/** The spec's template is left out: it may hold whatever somebody has written there. */
const SECRET_COLUMNS = {
  group: '.metadata.namespace',
  name: '.metadata.name',
  selector: '.spec.controlPlaneSelector',
  store: '.spec.externalSecretSpec.secretStoreRef',
  data: '.spec.externalSecretSpec.data',
  dataFrom: '.spec.externalSecretSpec.dataFrom',
  failed: '.status.failed',
  provisioned: '.status.provisioned',
  generation: '.metadata.generation',
  observed: '.status.observedGeneration',
};

const STORES = 'sharedsecretstores.spaces.upbound.io';
const SECRETS = 'sharedexternalsecrets.spaces.upbound.io';
/** Between the rows of the two kinds, which have tabs. */
const BETWEEN = '---';

function argsFor(resources: readonly string[], template: string): readonly string[] {
  return ['get', resources.join(','), '--all-namespaces', '--output', `jsonpath=${template}`];
}

function ofKind(kind: string, columns: Readonly<Record<string, string>>): string {
  return `{range .items[?(@.kind=="${kind}")]}${cells(columns)}{end}`;
}

const STORE_ROWS = ofKind('SharedSecretStore', STORE_COLUMNS);
const BOTH_ARGS = argsFor(
  [STORES, SECRETS],
  `${STORE_ROWS}{"${BETWEEN}\\n"}${ofKind('SharedExternalSecret', SECRET_COLUMNS)}`,
);
const STORES_ARGS = argsFor([STORES], STORE_ROWS);

/**
 * Stores and secrets of the Space; none where it has no such resources. kubectl gives up on both kinds when the cluster does not
 * know one or refuses it: then the stores are read alone, by a second process.
 */
export async function readSharedSecrets(kubectl: Kubectl): Promise<Pick<SpaceFacts, 'stores' | 'secrets'>> {
  const tried = 'list the shared secret stores';
  try {
    const stdout = await kubectl.read(`${tried} and external secrets`, BOTH_ARGS);
    const [stores = '', secrets = ''] = stdout.split(`${BETWEEN}\n`);
    return {
      stores: parseStores(stores),
      secrets: { kind: 'read', all: rows(secrets, SECRET_COLUMNS).map(toSecret) },
    };
  } catch (error) {
    if (!isOneOf(error, ['not-a-space', 'access-denied'])) throw error;
    const stores = await readTolerating(kubectl, tried, STORES_ARGS, ['not-a-space']);
    return { stores: parseStores(stores), secrets: { kind: 'unreadable', why: error.details.said } };
  }
}

/** A read that is empty when it fails for a tolerated reason: `not-a-space` is a resource that the cluster doesn't know. */
export async function readTolerating(
  kubectl: Kubectl,
  tried: string,
  args: readonly string[],
  tolerated: readonly FailureReason[],
): Promise<string> {
  try {
    return await kubectl.read(tried, args);
  } catch (error) {
    if (isOneOf(error, tolerated)) return '';
    throw error;
  }
}

function isOneOf(error: unknown, reasons: readonly FailureReason[]): error is Failure {
  return error instanceof Failure && reasons.includes(error.reason);
}

const storeRefSchema = z.object({ name: z.string().default(''), kind: z.string().default('SecretStore') });
const sourceSchema = z
  .object({ storeRef: storeRefSchema.optional(), generatorRef: z.unknown().optional() })
  .optional();
const remoteSchema = z.object({ key: z.string(), metadataPolicy: z.string().default('None') });
const dataSchema = z.array(z.object({ remoteRef: remoteSchema, sourceRef: sourceSchema }));
const dataFromSchema = z.array(
  z.object({ extract: remoteSchema.optional(), find: z.unknown().optional(), sourceRef: sourceSchema }),
);
const namedSchema = z.array(z.object({ controlPlane: z.string() }));

type StoreRef = z.infer<typeof storeRefSchema>;
type Remote = z.infer<typeof remoteSchema>;

/** Shared stores are ClusterSecretStores in a control plane; a SecretStore there is none of the Space's. */
function shared({ name, kind }: StoreRef): readonly string[] {
  return kind === 'ClusterSecretStore' && name !== '' ? [name] : [];
}

/** With `Fetch` External Secrets reads the tags and not the value (ESO, providers/v1/aws). */
function readOf({ key, metadataPolicy }: Remote, ref: StoreRef): readonly SecretRead[] {
  const kind = metadataPolicy === 'Fetch' ? 'tags' : 'value';
  return shared(ref).map((store) => ({ kind, store, key }));
}

function readsOf(row: Row<keyof typeof SECRET_COLUMNS>): readonly SecretRead[] {
  const own = jsonField<StoreRef>(row('store'), storeRefSchema, { name: '', kind: '' });
  const data = jsonField<z.infer<typeof dataSchema>>(row('data'), dataSchema, []);
  const dataFrom = jsonField<z.infer<typeof dataFromSchema>>(row('dataFrom'), dataFromSchema, []);
  const reads = [
    ...data.flatMap(({ remoteRef, sourceRef }) => readOf(remoteRef, sourceRef?.storeRef ?? own)),
    ...dataFrom.flatMap(({ extract, find, sourceRef }): readonly SecretRead[] => {
      const ref = sourceRef?.storeRef ?? own;
      if (sourceRef?.generatorRef !== undefined) return [];
      if (extract !== undefined) return readOf(extract, ref);
      return find === undefined ? [] : shared(ref).map((store) => ({ kind: 'find', store }));
    }),
  ];
  // Several properties of one key are one read.
  return [...new Map(reads.map((read) => [JSON.stringify(read), read])).values()];
}

function toSecret(row: Row<keyof typeof SECRET_COLUMNS>): SharedSecret {
  return {
    group: row('group'),
    name: row('name'),
    selector: jsonField(row('selector'), z.json(), null),
    provisioned: jsonField(row('provisioned'), namedSchema, []).map(({ controlPlane }) => controlPlane),
    failed: jsonField(row('failed'), namedSchema, []),
    stale: row('observed') !== '' && Number(row('observed')) < Number(row('generation')),
    reads: readsOf(row),
  };
}
