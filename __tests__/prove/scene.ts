/** Two control planes whose proof is tried in the in-memory world. */
import type { Intent, Proof } from '../../src/model/config.ts';
import type { Readers, TokenRequest } from '../../src/model/ports.ts';
import type { World } from '../../src/model/world.ts';
import { irsaTrust, podIdentityTrust } from '../../src/policy/trust.ts';
import { prove } from '../../src/prove/prove.ts';
import { association, cluster, intent, role } from '../support/factories.ts';
import { fakeSpace } from '../support/fake-space.ts';
import { emptyState } from '../support/fake-state.ts';
import { host, ISSUER, ROLE_ARN, SERVICE_ACCOUNT } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { fakeProver, fakeTokens } from './fakes.ts';

export const byPod = intent({ identity: 'pod-identity' });
export const trusted = {
  cluster: cluster(),
  scope: 'exact' as const,
  namespaces: [host('a'), host('b')],
  serviceAccount: SERVICE_ACCOUNT,
};
export const NONE: Proof = { access: true, secrets: [], parameters: [] };

/** Two control planes whose role lets them in. */
export function scene(asked: Intent, overrides: Partial<Readers['proof']['aws']> = {}) {
  const irsa = asked.identity === 'irsa';
  const carried = irsa ? 'irsa' : 'pod-identity';
  const associations = irsa ? [] : [association('a'), association('b')];
  const trustPolicy = irsa ? irsaTrust(trusted, ISSUER) : podIdentityTrust(trusted);
  const state = emptyState({
    role: role({ trustPolicy }),
    associations,
    annotations: new Map([
      [host('a'), ROLE_ARN],
      [host('b'), ROLE_ARN],
    ]),
  });
  const space = fakeSpace(state);
  const taken: TokenRequest[] = [];
  const tokens = fakeTokens(state);
  const read: Readers = {
    ...space.read,
    proof: {
      aws: { ...fakeProver(state), ...overrides },
      tokens: {
        withTokens: async (accounts, body) =>
          await tokens.withTokens(
            accounts,
            async (take) =>
              await body(async (request) => {
                taken.push(request);
                return await take(request);
              }),
          ),
      },
    },
  };
  return { space, state, read, taken, world: running({ a: carried, b: carried }, { associations }) };
}

export async function proofOf(
  { read, world }: { readonly read: Readers; readonly world: World },
  asked: Intent,
  { proof = NONE, wroteToAwsAt }: { readonly proof?: Proof; readonly wroteToAwsAt?: number } = {},
) {
  const found = await prove({ read, intent: asked, proof, world, wroteToAwsAt });
  const one = found.get(host('a'));
  if (one === undefined) throw new Error('nothing was proven');
  return one;
}
