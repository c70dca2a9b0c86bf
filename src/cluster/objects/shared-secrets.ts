/** Reads the SharedExternalSecrets of the Space. */
import { z } from 'zod';
import { isFailureOf } from '../../model/failure.ts';
import type { SecretRead, SharedSecret, SharedSecrets } from '../../model/shared-secret.ts';
import type { ClusterApi } from '../api/api.ts';
import { metadataSchema, orElse } from './metadata.ts';
import { isStale } from './secret-stores.ts';

/** Says why, where the Space has no such resource or the job may not list them. */
export async function readSharedSecrets(api: ClusterApi): Promise<SharedSecrets> {
  const tried = 'list the shared external secrets';
  try {
    const path = await api.pathOf(tried, 'spaces.upbound.io', 'sharedexternalsecrets');
    if (path === undefined) return { kind: 'unreadable', why: 'the Space has no SharedExternalSecrets' };
    return { kind: 'read', all: (await api.list({ tried, path, schema: secretSchema })).map(toSecret) };
  } catch (error) {
    if (!isFailureOf(error, 'access-denied')) throw error;
    return { kind: 'unreadable', why: error.details.said };
  }
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

/** The spec's template is left out: it may hold whatever somebody has written there. */
const specSchema = z.object({
  secretStoreRef: orElse(storeRefSchema, { name: '', kind: '' }).default({ name: '', kind: '' }),
  data: orElse(dataSchema, []).default([]),
  dataFrom: orElse(dataFromSchema, []).default([]),
});
const NO_READS = { secretStoreRef: { name: '', kind: '' }, data: [], dataFrom: [] };
const NO_STATUS = { failed: [], provisioned: [] };
const secretSchema = z.object({
  metadata: metadataSchema.extend({ generation: z.number().default(0) }),
  spec: z.object({
    controlPlaneSelector: z.json().default(null),
    externalSecretSpec: orElse(specSchema, NO_READS).default(NO_READS),
  }),
  status: orElse(
    z.object({
      failed: orElse(namedSchema, []).default([]),
      provisioned: orElse(namedSchema, []).default([]),
      observedGeneration: z.number().optional(),
    }),
    NO_STATUS,
  ).default(NO_STATUS),
});

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

function readsOf({ secretStoreRef: own, data, dataFrom }: z.infer<typeof specSchema>): readonly SecretRead[] {
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

function toSecret({ metadata, spec, status }: z.infer<typeof secretSchema>): SharedSecret {
  return {
    group: metadata.namespace,
    name: metadata.name,
    selector: spec.controlPlaneSelector,
    provisioned: status.provisioned.map(({ controlPlane }) => controlPlane),
    failed: status.failed,
    stale: isStale(metadata, status),
    reads: readsOf(spec.externalSecretSpec),
  };
}
