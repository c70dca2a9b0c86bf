/** The hidden first line by which this action finds its own comment and issue: data, not text matching. */
import { z } from 'zod';
import type { RunRecord } from '../model/record.ts';
import { fingerprints } from '../plan/fingerprints.ts';

const KIND = 'spaces-workload-identity';
const PATTERN = /^<!-- spaces-workload-identity (\{[^\n]*\}) -->/;
/** Fingerprints of more changes than this would leave no room for the comment. */
const MOST_CHANGES = 400;

const schema = z.object({
  version: z.literal(1),
  label: z.string(),
  cluster: z.string(),
  digest: z.string().optional(),
  headSha: z.string().optional(),
  /** Short fingerprints by address of the change; left out when there are too many. */
  changes: z.record(z.string(), z.string()).optional(),
  /** The issue of a fleet, whose label may be one of a cluster too. */
  of: z.literal('fleet').optional(),
});

export type Marker = z.infer<typeof schema>;

/** What of a run the next one has to know. */
export function markerOf(record: RunRecord, headSha: string): Marker {
  const { config, place, plan } = record;
  const changes = plan?.changes ?? [];
  return {
    version: 1,
    label: config?.reporting.label ?? '',
    cluster: place?.cluster.arn ?? config?.intent.clusterName ?? '',
    headSha,
    ...(plan !== undefined && { digest: plan.digest }),
    ...(plan !== undefined && changes.length <= MOST_CHANGES && { changes: fingerprints(plan) }),
  };
}

/** `--` can't stand in an HTML comment; in JSON it may be written otherwise. */
export function markerLine(marker: Marker): string {
  return `<!-- ${KIND} ${JSON.stringify(marker)
    .replaceAll('--', String.raw`-\u002d`)
    .replaceAll('>', String.raw`\u003e`)} -->`;
}

/** The marker of a body that this action wrote; undefined for any other body. */
export function readMarker(body: string): Marker | undefined {
  const text = PATTERN.exec(body)?.[1];
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
