/** Marks Helm's record of an upgrade that a killed run left pending as failed, so that the next upgrade is possible. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';

const secretSchema = z.looseObject({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }),
  data: z.looseObject({ release: z.string() }),
});
const recordSchema = z.object({ info: z.object({ status: z.string() }) });

const PENDING = 'pending-upgrade';
const FAILED = 'failed';

/**
 * The same Secret with the status `failed`, as `helm` itself would have left it after SIGTERM; undefined when it is no record of a
 * pending upgrade. Helm keeps a release as JSON, compressed, in base64 (pkg/storage/driver/util.go), and that once more as the data
 * of a Secret. The text is changed in one place and not written anew: numbers in a chart's values would not survive that.
 */
export function markedFailed(secret: string): string | undefined {
  try {
    return marked(secret);
  } catch {
    // No Secret, since Helm keeps its records elsewhere (HELM_DRIVER), or none that is written so.
    return undefined;
  }
}

function marked(secret: string): string | undefined {
  const { metadata, data, ...rest } = secretSchema.parse(JSON.parse(secret));
  const record = unpacked(data.release);
  if (statusIn(record) !== PENDING) return undefined;
  // Helm writes `info` before all that is the user's, and quotes in texts are escaped.
  const failed = record.replace(`"status":"${PENDING}"`, `"status":"${FAILED}"`);
  if (statusIn(failed) !== FAILED) return undefined;
  const labels = { ...metadata.labels, status: FAILED };
  return JSON.stringify({
    ...rest,
    metadata: { ...metadata, labels },
    data: { ...data, release: packed(failed) },
  });
}

function unpacked(release: string): string {
  const compressed = Buffer.from(Buffer.from(release, 'base64').toString(), 'base64');
  return gunzipSync(compressed).toString();
}

function packed(record: string): string {
  return Buffer.from(gzipSync(record).toString('base64')).toString('base64');
}

function statusIn(record: string): string {
  return recordSchema.parse(JSON.parse(record)).info.status;
}
