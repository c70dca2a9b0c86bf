/** Two control planes whose proof is tried in the in-memory world. */
import { proveAccess } from '../../src/evidence/access-proof.ts';
import type { EvidenceContext } from '../../src/evidence/context.ts';
import type { Intent, Proof } from '../../src/model/config.ts';
import type { AccessProof } from '../../src/model/evidence.ts';
import type { Readers } from '../../src/model/ports.ts';
import type { TokenRequest } from '../../src/model/proof-ports.ts';
import { association, intent, role, type WorldParts } from '../support/factories.ts';
import { fakeSpace, type FakeSpace } from '../support/fake-space.ts';
import { emptyState, type State } from '../support/fake-state.ts';
import { host, ROLE_ARN, SERVICE_ACCOUNT } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { desiredOf, placeOf, worldOf } from '../support/world-of.ts';
import { fakeRoleAssumer, fakeTokens } from './fakes.ts';

export const byPod = intent({ identity: 'pod-identity' });
export const trusted = {
  target: placeOf(intent()).target,
  scope: 'exact' as const,
  namespaces: [host('a'), host('b')],
  serviceAccount: SERVICE_ACCOUNT,
};
/** The proof without anything that is read. */
export const WITHOUT_READS: Proof = { access: true, secrets: [], parameters: [] };

export interface Scene {
  readonly space: FakeSpace;
  readonly state: State;
  readonly read: Readers;
  /** The tokens that were asked for. */
  readonly taken: readonly TokenRequest[];
  readonly parts: WorldParts;
}

/** Two control planes whose role lets them in. */
export function scene(asked: Intent, overrides: Partial<Readers['proof']['aws']> = {}): Scene {
  const { mechanism } = desiredOf(asked);
  const carried = mechanism.identity;
  const associations = mechanism.needsPod ? [association('a'), association('b')] : [];
  const state = emptyState({
    role: role({ trustPolicy: mechanism.trust(trusted) }),
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
      aws: { ...fakeRoleAssumer(state), ...overrides },
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
  return { space, state, read, taken, parts: running({ a: carried, b: carried }, { associations }) };
}

export function contextOf(
  { read, parts }: Pick<Scene, 'read' | 'parts'>,
  asked: Intent,
  overrides: Partial<EvidenceContext> = {},
): EvidenceContext {
  return {
    read,
    desired: desiredOf(asked),
    proof: WITHOUT_READS,
    world: worldOf(asked, parts),
    wroteToAwsAt: undefined,
    roleWrittenAt: undefined,
    writtenSince: undefined,
    ...overrides,
  };
}

/** The proof of control plane `a`. */
export async function proofOf(
  setup: Pick<Scene, 'read' | 'parts'>,
  asked: Intent,
  overrides: Partial<EvidenceContext> = {},
): Promise<AccessProof> {
  const proof = (await proveAccess(contextOf(setup, asked, overrides))).get(host('a'));
  if (proof === undefined) throw new Error('nothing was proven');
  return proof;
}
