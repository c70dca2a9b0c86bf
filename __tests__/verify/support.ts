/** One control plane in order, to be spoilt in one respect. */
import { expectationsOf } from '../../src/desired/permission-expectations.ts';
import type { Check, CheckName } from '../../src/model/check.ts';
import type { Intent } from '../../src/model/config.ts';
import type { Evidence, Simulation } from '../../src/model/evidence.ts';
import type { SecretStore, Workloads } from '../../src/model/host.ts';
import type { Association, OidcProvider, Role } from '../../src/model/world.ts';
import { ACCESS_POLICY_NAME } from '../../src/policy/access-policy.ts';
import { commonAccess } from '../support/access.ts';
import { irsaTrust, podIdentityTrust } from '../../src/policy/trust-documents.ts';
import { verify } from '../../src/verify/verify.ts';
import { association, intent, role, type WorldParts } from '../support/factories.ts';
import { host, PROVIDER_ARN, ROLE_ARN, SERVICE_ACCOUNT } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { desiredOf, placeOf, worldOf } from '../support/world-of.ts';

export const byPod = intent({ identity: 'pod-identity' });

export const NO_EVIDENCE: Evidence = { simulation: { kind: 'unavailable', why: 'not asked' } };

/** As it is made for IRSA. */
export const PROVIDER: OidcProvider = { arn: PROVIDER_ARN, audiences: ['sts.amazonaws.com'], tags: {} };

export const trusted = {
  target: placeOf(intent()).target,
  scope: 'exact' as const,
  namespaces: [host('a')],
  serviceAccount: SERVICE_ACCOUNT,
};

export const soundRole = (overrides: Partial<Role> = {}): Role =>
  role({
    trustPolicy: irsaTrust(trusted),
    inlinePolicies: { [ACCESS_POLICY_NAME]: commonAccess(desiredOf(intent()).grants) },
    ...overrides,
  });

/** IRSA in order. */
export function irsaWorld(overrides: Partial<WorldParts> = {}): WorldParts {
  const sound = running({ a: 'irsa' }, { role: soundRole(), provider: PROVIDER, ...overrides });
  const serviceAccounts = [{ namespace: host('a'), roleArn: ROLE_ARN }];
  return { ...sound, workloads: { ...sound.workloads, serviceAccounts } };
}

/** Pod Identity in order. */
export function podWorld(
  overrides: Partial<WorldParts> = {},
  ofAssociation: Partial<Association> = {},
): WorldParts {
  return running(
    { a: 'pod-identity' },
    {
      role: soundRole({ trustPolicy: podIdentityTrust(trusted) }),
      associations: [association('a', ofAssociation)],
      agent: {
        provider: 'add-on',
        addOnStatus: 'ACTIVE',
        addOnVersion: 'v1',
        issues: [],
        desired: 1,
        ready: 1,
      },
      ...overrides,
    },
  );
}

/** A world without the role. */
export function withoutRole({ role: _role, ...parts }: WorldParts): WorldParts {
  return parts;
}

/** A world without the OIDC provider. */
export function withoutProvider({ provider: _provider, ...parts }: WorldParts): WorldParts {
  return parts;
}

/** IAM's answers as they should be. */
export function asExpected(asked: Intent, parts: WorldParts): Simulation {
  const { target } = placeOf(asked, parts.cluster);
  const expectations = expectationsOf(desiredOf(asked, parts.cluster), parts.role ?? role(), target);
  return {
    kind: 'simulated',
    answers: expectations.map(({ action, resource, context, expected }) => ({
      action,
      resource,
      context,
      decision: expected === 'allowed' ? 'allowed' : 'implicit-deny',
      missing: [],
    })),
  };
}

export function checksOf(
  asked: Intent,
  parts: WorldParts,
  overrides: Partial<Evidence> = {},
): readonly Check[] {
  const evidence = { simulation: asExpected(asked, parts), ...overrides };
  return verify(desiredOf(asked, parts.cluster), worldOf(asked, parts), evidence);
}

/** One check of the one control plane. */
export function checkOf(
  name: CheckName,
  parts: WorldParts,
  overrides: Partial<Evidence> = {},
  asked: Intent = intent(),
): Check {
  const found = checksOf(asked, parts, overrides).find(({ check }) => check === name);
  if (found === undefined) throw new Error(`no check ${name}`);
  return found;
}

/** Status and detail of one check, of a world about which nothing else is known. */
export function foundOf(name: CheckName, parts: WorldParts, asked: Intent = intent()): string {
  const { status, detail } = checkOf(name, parts, NO_EVIDENCE, asked);
  return `${status}: ${detail}`;
}

/** A world with other workloads in it. */
export function withWorkloads(parts: WorldParts, workloads: Partial<Workloads>): WorldParts {
  return { ...parts, workloads: { ...parts.workloads, ...workloads } };
}

/** A store of AWS that selects the one control plane, and is provisioned there. */
export function store(overrides: Partial<SecretStore> = {}): SecretStore {
  return {
    group: 'team-a',
    name: 'store',
    provider: 'aws',
    auth: 'pod',
    region: 'eu-central-1',
    selector: { names: ['ctp-a'] },
    failed: [],
    conditions: [],
    provisioned: ['ctp-a'],
    ...overrides,
  };
}
