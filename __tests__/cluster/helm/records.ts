/** Secrets with Helm's records, as `kubectl get --output=json` prints them. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';

/** Numbers that JavaScript can't hold, and a value that looks like the status. */
const REST =
  '"chart":{"values":{"big":12345678901234567890,"float":1.0,"status":"pending-upgrade"}},"config":{"account":"octo"},"version":4';

export function recordText(status: string): string {
  const info = `"info":{"first_deployed":"2026-11-01T10:00:00Z","description":"\\"status\\":\\"pending-upgrade\\"","status":"${status}"}`;
  return `{"name":"spaces",${info},${REST}}`;
}

export function recordSecret(status: string, text = recordText(status)): string {
  const release = Buffer.from(gzipSync(text).toString('base64')).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'helm.sh/release.v1',
    metadata: {
      name: 'sh.helm.release.v1.spaces.v4',
      resourceVersion: '17',
      labels: { name: 'spaces', owner: 'helm', status, version: '4' },
    },
    data: { release },
  });
}

const secretSchema = z.object({ data: z.object({ release: z.string() }) });
const recordSchema = z.object({ info: z.object({ status: z.string() }) });

/** The text of the record in such a Secret. */
export function textIn(secret: string): string {
  const { data } = secretSchema.parse(JSON.parse(secret));
  return gunzipSync(Buffer.from(Buffer.from(data.release, 'base64').toString(), 'base64')).toString();
}

export function recordIn(secret: string): z.infer<typeof recordSchema> {
  return recordSchema.parse(JSON.parse(textIn(secret)));
}
