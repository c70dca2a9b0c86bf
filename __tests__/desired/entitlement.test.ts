/** Who may keep the role, and who loses it. */
import { describe, expect, test } from '@jest/globals';
import { entitlementOf, needAnnotation } from '../../src/desired/entitlement.ts';
import type { Intent } from '../../src/model/config.ts';
import { association, controlPlane, intent, type WorldParts } from '../support/factories.ts';
import { host, OTHER_ROLE_ARN, ROLE_ARN } from '../support/names.ts';
import { deployment, pod, running } from '../support/workloads.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';

const PODS = intent({ identity: 'pod-identity' });

/** Control plane `a` is there; what a test adds is in the namespace of `x`. */
function parts(overrides: Partial<WorldParts>, workloads: Partial<WorldParts['workloads']> = {}): WorldParts {
  const base = running({ a: 'nothing' });
  return { ...base, ...overrides, workloads: { ...base.workloads, ...workloads } };
}

/** What may be taken from the namespace, and why (not). */
function of(namespace: string, described: WorldParts, asked: Intent = PODS): string {
  const world = worldOf(asked, described);
  const found = world.hosts.find((one) => one.namespace === namespace);
  if (found === undefined) throw new Error(`no host ${namespace}`);
  const entitlement = entitlementOf(found, desiredOf(asked), world);
  return entitlement.kind === 'served' ? 'served' : `${entitlement.kind}: ${entitlement.why}`;
}

const associations = [association('x')];
const X = { name: host('x') };
const A = { name: host('a') };

describe('a control plane that is gone', () => {
  test.each<[string, WorldParts, string]>([
    ['its namespace too', parts({ associations }), 'loses: the namespace does not exist'],
    [
      'its namespace on its way, whatever still runs there',
      parts(
        { associations, namespaces: [A, { ...X, terminating: true }] },
        { pods: [pod('x', 'pod-identity')] },
      ),
      'loses: the namespace is being deleted',
    ],
    [
      'its namespace without a pod',
      parts({ associations, namespaces: [A, X] }),
      'loses: no control plane uses the namespace',
    ],
    [
      'its namespace with a pod that has no identity, or another one',
      parts({ associations, namespaces: [A, X] }, { pods: [pod('x', 'nothing'), pod('x', 'other-irsa')] }),
      'loses: no control plane uses the namespace',
    ],
    [
      'its namespace with a pod that has ended',
      parts(
        { associations, namespaces: [A, X] },
        { pods: [pod('x', 'pod-identity', { phase: 'Succeeded' })] },
      ),
      'loses: no control plane uses the namespace',
    ],
  ])('loses what it has: %s', (_what, described, expected) => {
    expect(of(host('x'), described)).toBe(expected);
  });

  test.each(['irsa', 'pod-identity', 'both'] as const)(
    'keeps everything while a pod there lives on the role: %s',
    (carried) => {
      const described = parts({ associations, namespaces: [A, X] }, { pods: [pod('x', carried)] });
      const why =
        'no control plane uses the namespace, but pod external-secrets-x there still carries the role';
      expect(of(host('x'), described)).toBe(`keeps: ${why}`);
      expect(of(host('x'), described, { ...PODS, prune: false })).toBe(`keeps: ${why}`);
    },
  );

  test('keeps it without `prune`', () => {
    expect(of(host('x'), parts({ associations }), { ...PODS, prune: false })).toBe(
      'keeps: the namespace does not exist, and `prune` is false',
    );
  });

  test('is not believed to be gone in a cluster that may be another one', () => {
    const sameCluster = { kind: 'unknown', why: 'its certificate authority is another one' } as const;
    expect(of(host('x'), parts({ associations, sameCluster }))).toBe(
      'keeps: the cluster of the kubeconfig may be another one',
    );
  });

  test('is not believed to be gone in a Space that lists nobody', () => {
    expect(of(host('x'), parts({ associations, controlPlanes: [], listsControlPlanes: false }))).toBe(
      'keeps: the Space lists no control plane at all',
    );
  });
});

test('who is selected is served, who is not keeps what it has', () => {
  const described = running({ a: 'nothing', b: 'nothing', c: 'nothing' });
  const controlPlanes = [
    controlPlane('a'),
    controlPlane('b', { selected: false }),
    controlPlane('c', { selected: false, deleting: true }),
  ];
  const all = { ...described, controlPlanes };
  expect(['a', 'b', 'c'].map((id) => of(host(id), all))).toEqual([
    'served',
    'keeps: this run does not select it',
    'keeps: it is being deleted',
  ]);
});

describe('a namespace that is no control plane’s', () => {
  const apps = { namespace: 'apps' };
  const found = { serviceAccounts: [apps] };

  test('loses what somebody gave it, whatever this run prunes', () => {
    const described = parts({ namespaces: [A, { name: 'apps' }] }, found);
    for (const prune of [true, false])
      expect(of('apps', described, { ...PODS, prune })).toBe(
        "loses: it never was a control plane's namespace",
      );
  });

  test('keeps it while a pod lives on it', () => {
    const pods = [pod('x', 'irsa', apps)];
    expect(of('apps', parts({ namespaces: [A, { name: 'apps' }] }, { ...found, pods }))).toMatch(/^keeps: /);
  });

  test('named outright by another run, keeps it as long as a controller is there', () => {
    const controlPlanes = [controlPlane('a', { group: '', name: host('a') })];
    const namespaces = [A, { name: 'apps' }];
    const deployments = [deployment('a'), deployment('x', apps)];
    const described = parts({ controlPlanes, namespaces }, { ...found, deployments });
    expect(of('apps', described)).toBe('keeps: this run does not name it');
    expect(of('apps', parts({ controlPlanes, namespaces }, found))).toMatch(/^loses: /);
  });
});

const accounts = (roleArn?: string) =>
  ['a', 'b', 'x'].map((id) => ({ namespace: host(id), ...(roleArn !== undefined && { roleArn }) }));

const needed = (overrides: Partial<WorldParts>, roleArn?: string): readonly string[] => {
  const base = running({ a: 'nothing', b: 'nothing' });
  const controlPlanes = [controlPlane('a'), controlPlane('b', { selected: false })];
  const workloads = { ...base.workloads, serviceAccounts: accounts(roleArn) };
  const world = worldOf(PODS, { ...base, controlPlanes, workloads, ...overrides });
  return needAnnotation(desiredOf(PODS), world).map(({ namespace }) => namespace);
};

describe('the Space’s annotation', () => {
  test('is needed by others that keep the role and have no association', () => {
    expect(needed({}, ROLE_ARN)).toEqual([host('b')]);
    expect(needed({}, OTHER_ROLE_ARN)).toEqual([host('b')]);
    expect(needed({})).toEqual([]);
    expect(needed({ associations: [association('b')] }, ROLE_ARN)).toEqual([]);
    expect(needed({ controlPlanes: [controlPlane('a'), controlPlane('b')] }, ROLE_ARN)).toEqual([]);
  });
});
