/** First runs that get into the cluster, and don't find there what they need. The later ones take the Space apart, and put nothing back. */
import { readFileSync } from 'node:fs';
import { both, type FirstRun, published, until } from './first-run.ts';
import type { Scene } from './scene.ts';

/** Nobody listens there. */
const CLOSED = 'http://127.0.0.1:9';
const stays = (): void => {};

async function switchOn({ world }: Scene): Promise<void> {
  const chart = world.registry.files.get('1.17.1') ?? '';
  const values = ['--reuse-values', '--set', 'features.alpha.sharedSecrets.enabled=true'];
  await world.helm(['upgrade', 'spaces', chart, '--namespace', 'upbound-system', ...values]);
}

async function hasKind({ world }: Scene, kind: string): Promise<boolean> {
  const found = await world.kubectl(['get', '--raw', '/apis/spaces.upbound.io/v1beta1']).catch(() => '');
  return found.includes(`"${kind}"`);
}

const CRD = 'controlplanes.spaces.upbound.io';

export const SPACE: readonly FirstRun[] = [
  {
    wrong: 'Shared Secrets is off in the Space',
    make: (scene) => async () => await switchOn(scene),
    shows: /^ {2}. helm\/shared-secrets: |^warning: .*Shared Secrets/,
    says: ['helm/shared-secrets: '],
  },
  {
    wrong: 'The runner does not reach the sites of helm and kubectl',
    reason: 'tool-unavailable',
    inputs: {
      'helm-version': '',
      'kubectl-version': '',
      'helm-download-url': CLOSED,
      'kubectl-download-url': CLOSED,
    },
    // Not what an earlier run has left.
    options: ({ world }) => ({ toolCache: `${world.dir}/no-tools` }),
    says: [`download ${CLOSED}/`, 'ECONNREFUSED', '`helm-download-url`', '`helm-version: path`'],
  },
  {
    wrong: '`helm-namespace` is not the namespace of the Space',
    reason: 'access-denied',
    inputs: { 'helm-namespace': 'spaces' },
    says: ['may not get deployments.apps in namespace spaces', 'namespace: spaces'],
  },
  {
    wrong:
      '`identity: irsa`, whose upgrade of the Space needs its chart, without credentials for the registry',
    reason: 'chart-unavailable',
    inputs: { mode: 'apply', identity: 'irsa', 'registry-username': '', 'registry-password': '' },
    make: async (scene) => {
      const file = readFileSync('permissions/rbac/apply-irsa.yaml', 'utf8');
      await scene.world.kubectl(['apply', '--filename', '-'], file);
      return both(
        async () => await scene.world.kubectl(['delete', '--filename', '-'], file),
        published(scene, 'apply-irsa'),
      );
    },
    says: ['The registry wants a sign-in', '`registry-username`'],
  },
  {
    wrong: 'No control plane yet',
    make: async ({ world }) => {
      await world.removeControlPlane('team-a', 'ctp-1');
      return stays;
    },
    shows: /^(?:warning: |space-prod: )/,
    says: ['the Space has no control plane yet', 'run again when there is one'],
  },
  {
    wrong: 'The CRDs of Spaces are gone, or its installation has not come that far',
    reason: 'not-a-space',
    make: async (scene) => {
      await scene.world.kubectl(['delete', 'crd', CRD, '--timeout=60s']);
      await until(async () => !(await hasKind(scene, 'controlplanes')));
      return stays;
    },
    says: [`kubectl get crd ${CRD}`, 'helm status spaces --namespace upbound-system'],
  },
  {
    wrong: 'No Space is installed on the cluster',
    reason: 'not-a-space',
    make: async ({ world }) => {
      await world.helm(['uninstall', 'spaces', '--namespace', 'upbound-system', '--wait']);
      return stays;
    },
    says: ['there is no Deployment spaces-controller in namespace upbound-system', 'No Space is installed'],
  },
];
