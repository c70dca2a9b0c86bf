/** EKS Pod Identity with a session policy on each association: sessions carry no tags, and each may do what its own policy allows. */
import type { Mechanism } from '../model/mechanism.ts';
import { sessionPolicyOf } from '../desired/session-policy.ts';
import { podIdentity } from './pod-identity.ts';

/** Tags that EKS would send (EKS user guide, pod-id-abac). */
const SESSION_TAG = /^aws:principaltag\/(eks-cluster-|kubernetes-)/;

export const podIdentityBySessionPolicy: Mechanism = {
  ...podIdentity,
  sessionKeys: () => ({}),
  sessionLacks: (key, target) => SESSION_TAG.test(key.toLowerCase()) || podIdentity.sessionLacks(key, target),
  namespaceVariable: undefined,
  sessionPolicy: sessionPolicyOf,
  tellsNamespace: () => false,
  accessQuotaAdvice: [],
};
