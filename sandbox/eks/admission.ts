/** Answers the API server's question about a new pod. */
import { z } from 'zod';
import { identityFor, injectionPatch, type PatchOperation } from './injection.ts';
import type { V1Pod } from '@kubernetes/client-node';
import type { ServiceAccountCache } from './service-account-cache.ts';

export interface AdmissionOptions {
  readonly accounts: Pick<ServiceAccountCache, 'find'>;
  readonly region: string;
  /** Pods that would get an identity pass without one for as long as this is above 0; counted down. */
  readonly settings: { missNext: number };
  /** Whether an association is in force for this service account now. */
  readonly associationInForce: (namespace: string, serviceAccount: string) => boolean;
  readonly log: (line: string) => void;
}

const admissionReview = z.object({
  apiVersion: z.literal('admission.k8s.io/v1'),
  kind: z.literal('AdmissionReview'),
  request: z.object({
    uid: z.string(),
    namespace: z.string(),
    dryRun: z.boolean().default(false),
    object: z.custom<V1Pod>((value) => typeof value === 'object' && value !== null),
  }),
});

/**
 * Answers an AdmissionReview (admission.k8s.io/v1) for a new pod: always allowed, with or without a patch. A dry run is
 * answered as a real pod is, and leaves no trace.
 */
export async function answerReview(body: unknown, options: AdmissionOptions): Promise<object> {
  const { apiVersion, kind, request } = admissionReview.parse(body);
  const patch = await mutate(request, options);
  const encoded =
    patch.length === 0
      ? {}
      : { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') };
  return { apiVersion, kind, response: { uid: request.uid, allowed: true, ...encoded } };
}

type Request = z.infer<typeof admissionReview>['request'];

async function mutate(request: Request, options: AdmissionOptions): Promise<PatchOperation[]> {
  const { namespace, object: pod, dryRun } = request;
  const { accounts, log, region, settings } = options;
  const name = pod.spec?.serviceAccountName ?? 'default';
  const associated = options.associationInForce(namespace, name);
  const account = associated ? undefined : await accounts.find(namespace, name);
  const injection = { region, random: () => Math.random(), log };
  const identity = identityFor(pod, account, associated, injection);
  if (!identity) return [];
  // It is registered without side effects: a dry run counts nothing down.
  if (settings.missNext > 0 && !dryRun) {
    settings.missNext -= 1;
    log(`pod identity webhook: missed a pod of ${namespace}/${name} on purpose`);
    return [];
  }
  log(`pod identity webhook: ${identity.audience} for a pod of ${namespace}/${name}`);
  return injectionPatch(pod, identity, injection);
}
