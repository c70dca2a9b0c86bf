/** The Spaces release brought into states that the action has to cope with. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Scene } from './scene.ts';

const NAMESPACE = 'upbound-system';
const recordSchema = z.looseObject({ version: z.number(), info: z.looseObject({}) });

/** Helm's record of a revision in the cluster: base64 of gzip of JSON, once more in base64 by Kubernetes. */
async function readRecord({ client }: Scene, revision: number): Promise<z.infer<typeof recordSchema>> {
  const name = recordName(revision);
  const { data } = await client.core.readNamespacedSecret({ namespace: NAMESPACE, name });
  const text = Buffer.from(data?.['release'] ?? '', 'base64').toString();
  return recordSchema.parse(JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString()));
}

const recordName = (revision: number): string => `sh.helm.release.v1.spaces.v${revision}`;

/** A revision that was begun and never ended, as a killed `helm upgrade` leaves it. Gives the way to take it out again. */
export async function leavePending(scene: Scene, revision: number): Promise<() => Promise<void>> {
  const record = await readRecord(scene, revision - 1);
  const status = 'pending-upgrade';
  const json = JSON.stringify({ ...record, version: revision, info: { ...record.info, status } });
  const release = gzipSync(json).toString('base64');
  const labels = { name: 'spaces', owner: 'helm', status, version: String(revision) };
  const name = recordName(revision);
  await scene.client.core.createNamespacedSecret({
    namespace: NAMESPACE,
    body: { metadata: { name, labels }, type: 'helm.sh/release.v1', stringData: { release } },
  });
  return async () => {
    await scene.client.core.deleteNamespacedSecret({ namespace: NAMESPACE, name });
  };
}

/** Whether a `helm upgrade` is at it just now. */
export async function isPending({ client }: Scene): Promise<boolean> {
  const labelSelector = 'owner=helm,name=spaces,status=pending-upgrade';
  const { items } = await client.core.listNamespacedSecret({ namespace: NAMESPACE, labelSelector });
  return items.length > 0;
}
