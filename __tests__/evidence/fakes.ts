/** The proof's side of the in-memory world: tokens that say whose they are, sessions that the trust policy decides on. */
import type { Identity } from '../../src/model/config.ts';
import type { AssumeResult, RoleAssumer, WorkloadSession, TokenSource } from '../../src/model/proof-ports.ts';
import type { State } from '../support/fake-state.ts';
import { ACCOUNT, PROVIDER_ARN, ROLE } from '../support/names.ts';
import { admits, requestOf } from '../support/trust-evaluation.ts';

const SEPARATOR = ' ';

export function fakeTokens(state: State): TokenSource {
  return {
    withTokens: async (_accounts, body) =>
      await body(async ({ namespace, serviceAccount, audience, pod }) => {
        const isWorkloads = serviceAccount !== 'default';
        if (isWorkloads && !state.annotations.has(namespace))
          return await Promise.resolve({ kind: 'absent', why: `no service account in ${namespace}` });
        const token = [namespace, serviceAccount, audience, pod?.uid ?? ''].join(SEPARATOR);
        return await Promise.resolve({ kind: 'token', token });
      }),
  };
}

const SESSION: WorkloadSession = {
  readSecret: async () => await Promise.resolve({ kind: 'read' }),
  readParameter: async () => await Promise.resolve({ kind: 'read' }),
};

function attempt(state: State, identity: Identity, token: string): AssumeResult {
  const [namespace = '', serviceAccount = '', audience = ''] = token.split(SEPARATOR);
  const trust = state.role?.trustPolicy;
  if (trust === undefined || !admits(trust, requestOf(identity, namespace, serviceAccount, audience)))
    return { kind: 'refused', said: 'AccessDenied', mayPass: true, ofToken: false };
  return {
    kind: 'assumed',
    assumedRole: `arn:aws:sts::${ACCOUNT}:assumed-role/${ROLE}/session`,
    subject: `system:serviceaccount:${namespace}:${serviceAccount}`,
    audience,
    provider: PROVIDER_ARN,
    session: SESSION,
  };
}

export function fakeRoleAssumer(state: State): RoleAssumer {
  return {
    assumeWithWebIdentity: async (_role, token) => await Promise.resolve(attempt(state, 'irsa', token)),
    assumeForPodIdentity: async (_cluster, token) => {
      const [namespace = '', serviceAccount = ''] = token.split(SEPARATOR);
      const association = state.associations.find(
        (candidate) => candidate.namespace === namespace && candidate.serviceAccount === serviceAccount,
      );
      if (association === undefined)
        return await Promise.resolve({
          kind: 'refused',
          said: 'ResourceNotFound',
          mayPass: true,
          ofToken: false,
        });
      const answer = attempt(state, 'pod-identity', token);
      if (answer.kind !== 'assumed') return await Promise.resolve(answer);
      return await Promise.resolve({ ...answer, association: { id: association.id, arn: association.arn } });
    },
  };
}
