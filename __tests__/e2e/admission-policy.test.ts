/** The admission policies of permissions/rbac, as published, on a real API server: what a member of the group can't do. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from '../../sandbox/kubernetes/wait.ts';
import { controllerPods, SERVICE_ACCOUNT } from '../../sandbox/workload.ts';
import { CHANGES, DEPLOYMENT, ofPods } from './support/deployment-changes.ts';
import { NOT_GRANTED } from './support/not-granted.ts';
import { asMember, GROUP, mayMember, refusalOf, untilPolicyHolds } from './support/group-member.ts';
import { useScene } from './support/scene.ts';

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: upbound-system }\n---\n';
const FILE = readFileSync('permissions/rbac/apply-pod-identity.yaml', 'utf8');
const POLICY = `ValidatingAdmissionPolicy '${GROUP}-apply-pod-identity' with binding`;

const patch = (change: object): readonly string[] => [
  'patch',
  'deployment/target',
  '--namespace=default',
  '--type=merge',
  `--patch=${JSON.stringify(change)}`,
];

const scene = useScene({
  controlPlanes: [{ group: 'team-a', name: 'one' }],
  rbac: NAMESPACE + FILE,
});

describe('whatever else RBAC gives the group', () => {
  beforeAll(async () => {
    const { world } = scene;
    const binding = ['create', 'clusterrolebinding', 'too-much', '--clusterrole=cluster-admin'];
    await world.kubectl([...binding, `--group=${GROUP}`]);
    await world.kubectl(['apply', '--filename=-'], JSON.stringify(DEPLOYMENT));
    await untilPolicyHolds(world, 'default', 'target');
  });

  test.each(CHANGES)('%s of a Deployment is refused', async (_what, change, part) => {
    const said = await refusalOf(scene.world, patch(change));
    expect(said).toContain(POLICY);
    expect(said).toContain(
      `only by its restart annotation, kubectl.kubernetes.io/restartedAt; this changes ${part}`,
    );
  });

  test.each<readonly [string, readonly string[], object]>([
    ['made', ['create', 'deployment', 'another', '--image=evil:1', '--namespace=default'], {}],
    ['deleted', ['delete', 'deployment/target', '--namespace=default', '--wait=false'], {}],
    ['scaled', ['scale', 'deployment/target', '--replicas=3', '--namespace=default'], {}],
    [
      'made another by its status',
      [
        'patch',
        'deployment/target',
        '--namespace=default',
        '--subresource=status',
        '--patch={"status":{"replicas":9}}',
      ],
      {},
    ],
    [
      'applied by the server',
      ['apply', '--server-side', '--force-conflicts', '--filename=-'],
      { ...DEPLOYMENT, spec: { ...DEPLOYMENT.spec, replicas: 1 } },
    ],
  ])('a Deployment is not %s', async (_how, args, manifest) => {
    const said = await refusalOf(scene.world, args, JSON.stringify(manifest));
    expect(said).toContain(POLICY);
    expect(said).toContain('this group may');
  });

  test('a Deployment is restarted, as often as asked', async () => {
    const restart = ['rollout', 'restart', 'deployment/target', '--namespace=default'];
    expect(await asMember(scene.world, restart)).toContain('restarted');
    const again = ofPods({ annotations: { 'kubectl.kubernetes.io/restartedAt': 'later' } });
    expect(await asMember(scene.world, patch(again))).toContain('patched');
    const { spec } = await scene.client.apps.readNamespacedDeployment({
      name: 'target',
      namespace: 'default',
    });
    expect(spec?.template.metadata?.annotations).toEqual({
      kept: 'yes',
      'kubectl.kubernetes.io/restartedAt': 'later',
    });
  });

  test('a pod is made in a dry run only', async () => {
    const run = ['run', 'trial', '--image=any:1', '--restart=Never', '--namespace=default'];
    expect(await asMember(scene.world, [...run, '--dry-run=server'])).toContain('created (server dry run)');
    const said = await refusalOf(scene.world, run);
    expect(said).toContain(POLICY);
    expect(said).toContain('this group may make pods in a dry run only');
  });

  test('a pod is not changed, deleted, evicted or entered', async () => {
    const { world } = scene;
    const namespace = world.hostNamespace('team-a', 'one');
    const [pod] = await controllerPods(scene, namespace);
    const name = pod?.metadata?.name ?? '';
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    const attempts: readonly (readonly [readonly string[], string?])[] = [
      [['label', 'pod', name, 'x=y', `--namespace=${namespace}`]],
      [['delete', 'pod', name, '--wait=false', `--namespace=${namespace}`]],
      [['create', `--raw=${path}/eviction`, '--filename=-'], JSON.stringify(eviction)],
      [['exec', name, `--namespace=${namespace}`, '--', 'sh']],
    ];
    for (const [args, stdin] of attempts) expect(await refusalOf(world, args, stdin)).toContain(POLICY);
    expect(await controllerPods(scene, namespace)).toHaveLength(1);
  });

  test('others are not held by it', async () => {
    const scale = patch({ spec: { minReadySeconds: 6 } });
    expect(await scene.world.kubectl([...scale, '--as=anybody', '--as-group=system:masters'])).toContain(
      'patched',
    );
  });

  test('tokens are for AWS alone, and never for the cluster', async () => {
    const { world } = scene;
    const take = ['create', 'token', SERVICE_ACCOUNT, `--namespace=${world.hostNamespace('team-a', 'one')}`];
    for (const audience of ['sts.amazonaws.com', 'pods.eks.amazonaws.com'])
      expect(await asMember(world, [...take, `--audience=${audience}`])).toMatch(/^ey/);
    for (const more of [
      [],
      ['--audience=https://kubernetes.default.svc'],
      ['--audience=sts.amazonaws.com', '--audience=other'],
    ]) {
      const said = await refusalOf(world, [...take, ...more]);
      expect(said).toContain(`ValidatingAdmissionPolicy '${GROUP}-apply-pod-identity-prove-access'`);
      expect(said).toContain('this group may take tokens for AWS only');
    }
  });
});

describe('with the documented line that holds restarts to the controllers', () => {
  test('others are not restarted, and the controller is', async () => {
    const { world } = scene;
    const [, line = ''] =
      /```yaml\n(- expression: [\s\S]*?)```/.exec(readFileSync('docs/permissions.md', 'utf8')) ?? [];
    const added = FILE.replace(
      /( +)validations:\n/,
      (head, indent: string) => head + line.replaceAll(/^(?=.)/gm, `${indent}  `),
    );
    await world.kubectl(['apply', '--filename=-'], added);
    const again = ofPods({ annotations: { 'kubectl.kubernetes.io/restartedAt': 'again' } });
    const target = [...patch(again), '--dry-run=server'];
    await waitFor({
      what: 'the changed policy to be in force',
      timeoutMs: 60_000,
      check: async () => (await refusalOf(world, target)).includes('this group may restart the controllers'),
    });
    const namespace = `--namespace=${world.hostNamespace('team-a', 'one')}`;
    expect(await asMember(world, ['rollout', 'restart', 'deployment/external-secrets', namespace])).toContain(
      'restarted',
    );
  });
});

describe('with the rights of the file alone', () => {
  beforeAll(async () => {
    const { world } = scene;
    await world.kubectl(['delete', 'clusterrolebinding', 'too-much']);
    await waitFor({
      what: 'the rights of an administrator to be gone',
      timeoutMs: 60_000,
      check: async () => !(await mayMember(world, { verb: 'list', resource: 'secrets' })),
    });
  });

  test.each(NOT_GRANTED)('the group may not %s', async (_what, attributes) => {
    expect(await mayMember(scene.world, attributes)).toBe(false);
  });

  test('it may make pods, which the policy holds to dry runs, by whatever way they are asked for', async () => {
    const { world } = scene;
    expect(await mayMember(world, { verb: 'create', resource: 'pods' })).toBe(true);
    const containers = [{ name: 'any', image: 'any:1' }];
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { generateName: 'trial-', namespace: 'default' },
      spec: { containers },
    };
    const create = ['create', '--filename=-', '--output=name'];
    expect(await asMember(world, [...create, '--dry-run=server'], JSON.stringify(pod))).toContain(
      'pod/trial-',
    );
    const path = '/api/v1/namespaces/default/pods';
    for (const args of [create, ['create', `--raw=${path}`, '--filename=-']])
      expect(await refusalOf(world, args, JSON.stringify(pod))).toContain(
        'this group may make pods in a dry run only',
      );
    const { items } = await scene.client.core.listNamespacedPod({ namespace: 'default' });
    expect(items.filter(({ metadata }) => metadata?.name?.startsWith('trial') === true)).toEqual([]);
  });

  test('it may patch Deployments, which is why the policy is there', async () => {
    expect(await mayMember(scene.world, { group: 'apps', verb: 'patch', resource: 'deployments' })).toBe(
      true,
    );
  });
});

describe('without the policies, with the same rights', () => {
  beforeAll(async () => {
    const { world } = scene;
    const binding = `${GROUP}-apply-pod-identity`;
    await world.kubectl(['delete', 'validatingadmissionpolicybindings', binding, `${binding}-prove-access`]);
    await waitFor({
      what: 'the policies to be out of force',
      timeoutMs: 60_000,
      check: async () => {
        const tried = asMember(world, [...patch({ spec: { replicas: 7 } }), '--dry-run=server']);
        return await tried.then(
          () => true,
          () => false,
        );
      },
    });
  });

  test.each(CHANGES)('%s of a Deployment goes through', async (_what, change) => {
    expect(await asMember(scene.world, [...patch(change), '--dry-run=server'])).toContain('patched');
  });

  test('a controller’s token for the cluster itself is had for the asking', async () => {
    const { world } = scene;
    const take = ['create', 'token', SERVICE_ACCOUNT, `--namespace=${world.hostNamespace('team-a', 'one')}`];
    expect(await asMember(world, take)).toMatch(/^ey/);
  });
});
