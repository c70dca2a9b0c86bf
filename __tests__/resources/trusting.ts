/** What the trust policy admits, as planned and as written by hand. */
import { isBy } from '../../src/resources/change-maker.ts';
import type { Intent, TrustScope } from '../../src/model/config.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import { irsaTrust, podIdentityTrust } from '../../src/policy/trust-documents.ts';
import { controlPlane, intent, type WorldParts } from '../support/factories.ts';
import { host, SERVICE_ACCOUNT, uuid } from '../support/names.ts';
import { planFor } from '../support/plans.ts';
import { admits, type Mechanism, requestOf } from '../support/trust-evaluation.ts';
import { placeOf } from '../support/world-of.ts';

/** A trust policy as this action would write it. */
export function trusting(
  mechanism: Mechanism,
  namespaces: readonly string[],
  scope: TrustScope = 'exact',
): PolicyDocument {
  const trusted = { target: placeOf(intent()).target, scope, namespaces, serviceAccount: SERVICE_ACCOUNT };
  return mechanism === 'irsa' ? irsaTrust(trusted) : podIdentityTrust(trusted);
}

/** The planned writes of the trust policy: the one that ends the run, and the one that bridges a move before it. */
export function trustChanges(asked: Intent, parts: WorldParts) {
  const changes = planFor(asked, parts).changes.filter(isBy(['put-trust-policy', 'narrow-trust-policy']));
  const [final, ...moreFinal] = changes.filter(({ id }) => id === 'role/trust-policy');
  const [bridge, ...moreBridges] = changes.filter(({ id }) => id === 'role/trust-policy/bridge');
  if (final === undefined || moreFinal.length + moreBridges.length > 0)
    throw new Error(`the trust policy is written by ${changes.map(({ id }) => id).join()}`);
  return { final, bridge };
}

const CANDIDATES = ['a', 'b', 'x'].map(host).concat('default', 'own');

interface Admitted {
  readonly irsa: readonly string[];
  readonly pods: readonly string[];
}

function admittedBy(document: PolicyDocument): Admitted {
  const names = (mechanism: Mechanism) =>
    CANDIDATES.filter((name) => admits(document, requestOf(mechanism, name)));
  return { irsa: names('irsa'), pods: names('pod-identity') };
}

/** Who is admitted in the end, and until the pods have moved. */
export function admitted(asked: Intent, parts: WorldParts): Admitted & { readonly during?: Admitted } {
  const { final, bridge } = trustChanges(asked, parts);
  // An interrupted move has written the bridge already.
  const during = bridge?.write.document ?? parts.role?.trustPolicy;
  return {
    ...admittedBy(final.write.document),
    ...(final.write.op === 'narrow-trust-policy' && during !== undefined && { during: admittedBy(during) }),
  };
}

/** The same world, of which only control plane `a` is selected. */
export function half(parts: WorldParts): WorldParts {
  return { ...parts, controlPlanes: [controlPlane('a'), controlPlane('b', { selected: false })] };
}

export const A = [host('a')];
export const B = [host('b')];
export const BOTH = [host('a'), host('b')];

/** So many ids as long as those of real control planes. */
export function uuids(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => uuid(n));
}
