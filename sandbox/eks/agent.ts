/** The Pod Identity Agent as a pod meets it: EKS Auth asked once, and the answer kept until it runs out. */
import { z } from 'zod';
import { assumeRoleForPodIdentity, type Credentials, type EksAuth } from '../aws/eks-auth/agent-call.ts';
import type { Aws } from '../aws/index.ts';
import { WORKLOAD } from '../aws/record.ts';

/** A pod as the agent knows it. */
export interface AgentPod {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly name: string;
  readonly uid: string;
}

export interface PodIdentityAgent {
  /**
   * The credentials of a pod: those that it was given before, for as long as they hold, whatever has become of its association. Rejects
   * with what EKS Auth said, which is not kept.
   */
  credentialsOf(pod: AgentPod): Promise<Credentials>;
  /** As if the time of a pod's credentials were over; of all pods', without a uid. */
  forget(podUid?: string): void;
}

export interface AgentOptions {
  readonly aws: Aws;
  readonly clusterName: string;
  /** A token of the pod for the audience `pods.eks.amazonaws.com`. */
  readonly tokenOf: (pod: AgentPod) => Promise<string>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** An agent that asks any EKS Auth, with credentials that may do so. */
export interface CallingAgent extends Omit<AgentOptions, 'aws'> {
  readonly eksAuth: EksAuth;
  readonly credentials: () => Promise<Credentials>;
}

const answerSchema = z.object({
  credentials: z.object({
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    sessionToken: z.string(),
    /** Seconds since the epoch. */
    expiration: z.number(),
  }),
});
const refusalSchema = z.object({ __type: z.string(), message: z.string().default('') });

/** The part of the nodes' policy that the agent needs. */
const nodePolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'eks-auth:AssumeRoleForPodIdentity', Resource: '*' }],
};

/** It drops credentials that hold no longer than this (eks-pod-identity-agent, refreshing_cache.go). */
const leastLeftMs = 15_000;

/** One agent for all nodes of a cluster of the stand-in, acting as their role does. */
export function createAgent({ aws, ...more }: AgentOptions): PodIdentityAgent {
  const userName = `nodes-of-${more.clusterName}`;
  const node = aws.iam.createUser({ userName, policies: [nodePolicy] });
  return agentOf({ ...more, eksAuth: aws, credentials: () => Promise.resolve(node) });
}

/** One agent for all nodes; it keeps by pod, as the real one does. */
export function agentOf(options: CallingAgent): PodIdentityAgent {
  const { eksAuth, credentials: own, clusterName, tokenOf, now = Date.now } = options;
  const kept = new Map<string, { credentials: Credentials; until: number }>();
  return {
    async credentialsOf(pod) {
      const known = kept.get(pod.uid);
      if (known !== undefined && known.until - now() > leastLeftMs) return known.credentials;
      kept.delete(pod.uid);
      const token = await tokenOf(pod);
      const { status, body } = await assumeRoleForPodIdentity(
        eksAuth,
        await own(),
        clusterName,
        token,
        WORKLOAD,
      );
      if (status !== 200) {
        const { __type: code, message } = refusalSchema.parse(body);
        throw new Error(`operation error EKS Auth: AssumeRoleForPodIdentity, api error ${code}: ${message}`);
      }
      const { expiration, ...credentials } = answerSchema.parse(body).credentials;
      kept.set(pod.uid, { credentials, until: expiration * 1000 });
      return credentials;
    },
    forget(podUid) {
      if (podUid === undefined) kept.clear();
      else kept.delete(podUid);
    },
  };
}
