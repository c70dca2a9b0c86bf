/** What a mechanism is handed: a principal with its tokens, AWS's answers, a host. */
import type { Intent } from '../../src/model/config.ts';
import type { AccountPrincipal } from '../../src/model/evidence.ts';
import type { Host } from '../../src/model/host.ts';
import type { AssumeDependencies } from '../../src/model/mechanism.ts';
import type { Assumed, AssumeResult, TokenAnswer, TokenRequest } from '../../src/model/proof-ports.ts';
import type { TrustRequest } from '../../src/model/trust.ts';
import { intent, type WorldParts } from '../support/factories.ts';
import { ACCOUNT, host, ROLE, SERVICE_ACCOUNT } from '../support/names.ts';
import { placeOf, worldOf } from '../support/world-of.ts';

export const { target } = placeOf(intent());

export const request: TrustRequest = {
  target,
  namespace: host('a'),
  serviceAccount: SERVICE_ACCOUNT,
  audience: 'sts.amazonaws.com',
  clusterArn: target.clusterArn,
  sessionTags: true,
};

export const principal: AccountPrincipal = {
  namespace: host('a'),
  serviceAccount: SERVICE_ACCOUNT,
  pod: { name: 'external-secrets-a', uid: 'uid-a' },
};

const read = async () => await Promise.resolve({ kind: 'read' as const });

/** A session of the workload's role, with what each mechanism adds. */
export function assumed(overrides: Partial<Assumed> = {}): Assumed {
  return {
    kind: 'assumed',
    assumedRole: `arn:aws:sts::${ACCOUNT}:assumed-role/${ROLE}/session`,
    subject: `system:serviceaccount:${host('a')}:${SERVICE_ACCOUNT}`,
    audience: 'sts.amazonaws.com',
    session: { readSecret: read, readParameter: read },
    ...overrides,
  };
}

/** The first placed host of a world. */
export function hostIn(asked: Intent, parts: WorldParts): Host {
  const [first] = worldOf(asked, parts).placed;
  if (first === undefined) throw new Error('nothing is placed');
  return first;
}

/** What is asked on the way to a session. */
export interface Recorded {
  readonly dependencies: AssumeDependencies;
  readonly tokens: readonly TokenRequest[];
  readonly calls: readonly (readonly unknown[])[];
}

const TOKEN: TokenAnswer = { kind: 'token', token: 'the token' };

export function recording(answer: TokenAnswer = TOKEN, reads = false): Recorded {
  const tokens: TokenRequest[] = [];
  const calls: unknown[][] = [];
  const called = async (...args: readonly unknown[]): Promise<AssumeResult> => {
    calls.push([...args]);
    return await Promise.resolve(assumed());
  };
  const dependencies: AssumeDependencies = {
    take: async (asked) => {
      tokens.push(asked);
      return await Promise.resolve(answer);
    },
    roles: {
      assumeWithWebIdentity: async (...args) => await called('web identity', ...args),
      assumeForPodIdentity: async (...args) => await called('pod identity', ...args),
    },
    target,
    reads,
  };
  return { dependencies, tokens, calls };
}
