/** EKS's webhook for pods: its server, its registration and its faults. */
import { AdmissionregistrationV1Api, type KubeConfig } from '@kubernetes/client-node';
import { listen, readBody, sendJson } from '../loopback.ts';
import { answerReview } from './admission.ts';
import { watchServiceAccounts } from './service-account-cache.ts';
import type { Authority } from '../certificates.ts';
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
  readonly associationInForce: (namespace: string, serviceAccount: string) => boolean;
  readonly log: (line: string) => void;
}

/**
 * The mutating webhook of EKS that gives new pods their AWS identity, registered with the API server.
 * Who gets what is in injection.ts, as amazon-eks-pod-identity-webhook does it.
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
      sendJson(response, 200, await answerReview(body, { ...options, settings, accounts }));
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
