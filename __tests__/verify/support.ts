/** One control plane in order, to be spoilt in one respect. */
import type { Check, CheckName } from '../../src/model/check.ts';
import type { Intent } from '../../src/model/config.ts';
import type { Evidence, Simulation } from '../../src/model/evidence.ts';
import type { Association, Role, SecretStore, World } from '../../src/model/world.ts';
import { accessPolicy } from '../../src/policy/access.ts';
import { irsaTrust, podIdentityTrust } from '../../src/policy/trust.ts';
import { expectations } from '../../src/verify/permission-questions.ts';
import { verify } from '../../src/verify/verify.ts';
import { association, cluster, intent, ownedRole, role } from '../support/factories.ts';
import { host, ISSUER, ROLE_ARN, SERVICE_ACCOUNT } from '../support/names.ts';
import { running } from '../support/workloads.ts';

export const trusted = {
  cluster: cluster(),
  scope: 'exact' as const,
  namespaces: [host('a')],
  serviceAccount: SERVICE_ACCOUNT,
};

export const soundRole = (overrides: Partial<Role> = {}): Role =>
  role({
    trustPolicy: irsaTrust(trusted, ISSUER),
    inlinePolicies: { 'spaces-workload-identity': accessPolicy(ownedRole(), cluster()) },
    ...overrides,
  });

/** IRSA in order. */
export function irsaWorld(overrides: Partial<World> = {}): World {
  const sound = running({ a: 'irsa' }, { role: soundRole(), ...overrides });
  const serviceAccounts = [{ namespace: host('a'), roleArn: ROLE_ARN }];
  return { ...sound, workloads: { ...sound.workloads, serviceAccounts } };
}

/** Pod Identity in order. */
export function podWorld(overrides: Partial<World> = {}, more: Partial<Association> = {}): World {
  return running(
    { a: 'pod-identity' },
    {
      role: soundRole({ trustPolicy: podIdentityTrust(trusted) }),
      associations: [association('a', more)],
      agent: { provider: 'add-on', addOnStatus: 'ACTIVE', addOnVersion: 'v1', issues: [] },
      ...overrides,
    },
  );
}

/** IAM's answers as they should be. */
export function asExpected(asked: Intent, world: World): Simulation {
  const wanted = expectations(asked, world.cluster, world.role ?? role());
  return {
    kind: 'simulated',
    answers: wanted.map(({ action, resource, context, expected }) => ({
      action,
      resource,
      context,
      decision: expected === 'allowed' ? 'allowed' : 'implicit-deny',
      missing: [],
    })),
  };
}

export const evidence = (asked: Intent, world: World, overrides: Partial<Evidence> = {}): Evidence => ({
  simulation: asExpected(asked, world),
  ...overrides,
});

export function checksOf(asked: Intent, world: World, overrides: Partial<Evidence> = {}): readonly Check[] {
  return verify(asked, world, evidence(asked, world, overrides));
}

/** One check of the one control plane. */
export function checkOf(
  check: CheckName,
  world: World,
  overrides: Partial<Evidence> = {},
  asked: Intent = intent(),
): Check {
  const found = checksOf(asked, world, overrides).find((one) => one.check === check);
  if (found === undefined) throw new Error(`no check ${check}`);
  return found;
}

export function store(overrides: Partial<SecretStore> = {}): SecretStore {
  return {
    group: 'team-a',
    name: 'store',
    provider: 'aws',
    auth: 'pod',
    region: 'eu-central-1',
    selector: { names: ['ctp-a'] },
    selects: ['team-a/ctp-a'],
    failed: [],
    conditions: [],
    provisioned: ['ctp-a'],
    ...overrides,
  };
}
