import { AdmissionregistrationV1Api } from '@kubernetes/client-node';
import { z } from 'zod';
import { listen, readBody, sendJson } from '../loopback.ts';
import { identityFor, injectionPatch } from './injection.ts';
import { watchServiceAccounts } from './service-account-cache.ts';
import type { KubeConfig, V1Pod } from '@kubernetes/client-node';
import type { Authority } from '../certificates.ts';
import type { PatchOperation } from './injection.ts';
import type { ServiceAccountCache } from './service-account-cache.ts';
import type { Webhook } from './token-review.ts';

export interface WebhookSettings {
  /** How far the webhook's view of ServiceAccounts runs behind, in milliseconds. */
  cacheDelayMs: number;
  /** The next so many pods that would get an identity pass without one, as pods created too early do. */
  missNext: number;
  /** While true the webhook answers 500, and `failurePolicy: Ignore` lets pods pass without an identity. */
  down: boolean;
}

export interface PodIdentityWebhook extends Webhook {
  readonly settings: WebhookSettings;
}

export interface PodIdentityWebhookOptions {
  readonly authority: Authority;
  readonly kubeConfig: KubeConfig;
  readonly region: string;
  readonly settings?: Partial<WebhookSettings>;
  /** Whether an association is in force for this service account now. */
  associationInForce(namespace: string, serviceAccount: string): boolean;
  readonly log: (line: string) => void;
}

const admissionReview = z.object({
  apiVersion: z.literal('admission.k8s.io/v1'),
  kind: z.literal('AdmissionReview'),
  request: z.object({
    uid: z.string(),
    namespace: z.string(),
    object: z.custom<V1Pod>((value) => typeof value === 'object' && value !== null),
  }),
});
type AdmissionRequest = z.infer<typeof admissionReview>['request'];

/**
 * The mutating webhook of EKS that gives new pods their AWS identity, registered with the API server.
 * What it injects is in injection.ts, as amazon-eks-pod-identity-webhook does it.
 */
export async function startPodIdentityWebhook(
  options: PodIdentityWebhookOptions,
): Promise<PodIdentityWebhook> {
  const settings: WebhookSettings = { cacheDelayMs: 500, missNext: 0, down: false, ...options.settings };
  const accounts = await watchServiceAccounts(options.kubeConfig, () => settings.cacheDelayMs, options.log);
  const tls = await options.authority.issue(['127.0.0.1', 'localhost']);
  const server = await listen(
    async (request, response) => {
      const body: unknown = JSON.parse(await readBody(request));
      if (settings.down) {
        sendJson(response, 500, { error: 'the webhook is down' });
        return;
      }
      const review = admissionReview.parse(body);
      const patch = await mutate(review.request, accounts, settings, options);
      sendJson(response, 200, {
        apiVersion: review.apiVersion,
        kind: review.kind,
        response: { uid: review.request.uid, allowed: true, ...encode(patch) },
      });
    },
    { tls, log: options.log },
  );
  const url = `${server.origin}/mutate`;
  await register(options.kubeConfig, url, options.authority.certPem);
  return {
    url,
    caPem: options.authority.certPem,
    settings,
    async close() {
      await accounts.stop();
      await server.close();
    },
  };
}

async function mutate(
  request: AdmissionRequest,
  accounts: ServiceAccountCache,
  settings: WebhookSettings,
  options: PodIdentityWebhookOptions,
): Promise<PatchOperation[]> {
  const { namespace } = request;
  const pod = request.object;
  const name = pod.spec?.serviceAccountName ?? 'default';
  const associated = options.associationInForce(namespace, name);
  const account = associated ? undefined : await accounts.find(namespace, name);
  const injection = { region: options.region, random: Math.random, log: options.log };
  const identity = identityFor(pod, account, associated, injection);
  if (!identity) return [];
  if (settings.missNext > 0) {
    settings.missNext -= 1;
    options.log(`pod identity webhook: missed a pod of ${namespace}/${name} on purpose`);
    return [];
  }
  options.log(`pod identity webhook: ${identity.audience} for a pod of ${namespace}/${name}`);
  return injectionPatch(pod, identity, injection);
}

function encode(patch: readonly PatchOperation[]): object {
  if (patch.length === 0) return {};
  return { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') };
}

/** Registers for the creation of pods only; a webhook that fails is ignored, as on EKS. */
async function register(kubeConfig: KubeConfig, url: string, caPem: string): Promise<void> {
  const name = 'pod-identity-webhook';
  const caBundle = Buffer.from(caPem).toString('base64');
  const skip = { key: 'eks.amazonaws.com/skip-pod-identity-webhook', operator: 'DoesNotExist' };
  const api = kubeConfig.makeApiClient(AdmissionregistrationV1Api);
  await api.createMutatingWebhookConfiguration({
    body: {
      metadata: { name },
      webhooks: [
        {
          name: 'iam-for-pods.amazonaws.com',
          admissionReviewVersions: ['v1'],
          clientConfig: { url, caBundle },
          failurePolicy: 'Ignore',
          reinvocationPolicy: 'IfNeeded',
          sideEffects: 'None',
          timeoutSeconds: 10,
          objectSelector: { matchExpressions: [skip] },
          rules: [
            {
              operations: ['CREATE'],
              apiGroups: [''],
              apiVersions: ['v1'],
              resources: ['pods'],
              scope: 'Namespaced',
            },
          ],
        },
      ],
    },
  });
}
