/** What the job asked of the API server, from its audit log. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { z } from 'zod';
import type { World } from '../../../sandbox/world.ts';

/** One request of the job. */
export interface Asked {
  readonly verb: string;
  readonly group: string;
  /** As RBAC rules name it, with its subresource. */
  readonly bare: string;
  /** As error messages name it, with its group. */
  readonly resource: string;
  /** Of a request for no resource. */
  readonly path: string | undefined;
  readonly refused: boolean;
  /** Helm itself asked, in the middle of its own work. */
  readonly byHelm: boolean;
}

const eventSchema = z.object({
  verb: z.string(),
  requestURI: z.string(),
  objectRef: z
    .object({ resource: z.string(), apiGroup: z.string().default(''), subresource: z.string().default('') })
    .optional(),
  responseStatus: z.object({ code: z.number() }).optional(),
  userAgent: z.string().default(''),
  annotations: z.record(z.string(), z.string()).default({}),
});

export function resourceOf(resource: string, group: string): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** Where the log ends now. */
export const auditEnd = ({ cluster }: World): number => statSync(cluster.auditLog).size;

/** The requests since then. */
export function askedSince({ cluster }: World, from: number): readonly Asked[] {
  const length = statSync(cluster.auditLog).size - from;
  const bytes = Buffer.alloc(length);
  const file = openSync(cluster.auditLog, 'r');
  readSync(file, bytes, 0, length, from);
  closeSync(file);
  const lines = bytes.toString('utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => toAsked(eventSchema.parse(JSON.parse(line))));
}

function toAsked(event: z.infer<typeof eventSchema>): Asked {
  const { verb, requestURI, objectRef, annotations, userAgent } = event;
  const refused = annotations['authorization.k8s.io/decision'] === 'forbid';
  const byHelm = userAgent.startsWith('Helm/');
  if (objectRef === undefined)
    return { verb, group: '', bare: requestURI, resource: requestURI, path: requestURI, refused, byHelm };
  const { resource, apiGroup: group, subresource } = objectRef;
  const bare = subresource === '' ? resource : `${resource}/${subresource}`;
  return { verb, group, bare, resource: resourceOf(bare, group), path: undefined, refused, byHelm };
}
