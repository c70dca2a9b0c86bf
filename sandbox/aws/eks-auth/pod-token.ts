/** The service account token of a pod, as EKS Auth reads it. */
import { errors } from 'jose';
import { z } from 'zod';
import type { Cluster } from '../eks/model.ts';
import { ServiceError } from '../errors.ts';
import { verifyToken } from '../issuer-keys.ts';

const audience = 'pods.eks.amazonaws.com';
const bound = z.object({
  'kubernetes.io': z.object({
    namespace: z.string(),
    pod: z.object({ name: z.string(), uid: z.string() }),
    serviceaccount: z.object({ name: z.string(), uid: z.string() }),
  }),
});

/** The pod that a token speaks for. */
export interface PodSubject {
  namespace: string;
  serviceAccount: string;
  podName: string;
  podUid: string;
}

const invalidToken = (message: string): ServiceError =>
  new ServiceError('InvalidTokenException', message, 400);

/** Verifies a pod's token with the cluster's keys: audience, times, and that it is bound to a pod. Throws EKS Auth's errors. */
export async function verifyPodToken(cluster: Cluster, token: string, now: number): Promise<PodSubject> {
  const claims = await verifyToken(cluster.publicKeys, cluster.issuer ?? '', token, now).catch(
    (error: unknown) => {
      if (error instanceof errors.JWTExpired)
        throw new ServiceError('ExpiredTokenException', 'Token has expired', 400);
      throw invalidToken('Service account token cannot be verified');
    },
  );
  if (![claims.aud ?? []].flat().includes(audience)) {
    throw invalidToken(`Service account token must have audience ${audience}`);
  }
  const parsed = bound.safeParse(claims);
  if (!parsed.success) throw invalidToken('Service account token is not bound to a pod');
  const { namespace, pod, serviceaccount } = parsed.data['kubernetes.io'];
  return { namespace, serviceAccount: serviceaccount.name, podName: pod.name, podUid: pod.uid };
}
