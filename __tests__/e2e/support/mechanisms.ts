/** What differs between IRSA and EKS Pod Identity, for tests that hold for both. */
import { CHECK_NAMES, type CheckName } from '../../../src/model/check.ts';
import { assumeByIrsa, assumeByPodIdentity, type Session } from '../../../sandbox/workload.ts';
import { type Injected, irsa, podIdentity } from './identity.ts';
import { exactIrsaTrust, exactPodIdentityTrust, roleArn } from './role.ts';
import type { Scene } from './scene.ts';

export type Identity = 'irsa' | 'pod-identity';

export interface Mechanism {
  readonly identity: Identity;
  /** The checks of a control plane, in order. */
  readonly checks: readonly CheckName[];
  /** What EKS's webhook gives a pod that carries the role. */
  readonly injected: (scene: Scene) => Injected;
  /** The role's trust policy for exactly these host namespaces. */
  readonly trust: (scene: Scene, namespaces: readonly string[]) => object;
  /** The role as a controller's pod in this host namespace takes it. */
  readonly assume: (scene: Scene, namespace: string) => Promise<Session>;
}

/** Checks that only one of the two has. */
const OWN: Readonly<Record<Identity, readonly CheckName[]>> = {
  irsa: ['service-account-annotation'],
  'pod-identity': ['association', 'credentials-fresh', 'agent'],
};
/** Only where prefixes have placeholders. */
const ON_REQUEST: readonly CheckName[] = ['isolation'];
const checksWithout = (other: Identity): readonly CheckName[] =>
  CHECK_NAMES.filter((name) => ![...OWN[other], ...ON_REQUEST].includes(name));

export const MECHANISMS: readonly Mechanism[] = [
  {
    identity: 'irsa',
    checks: checksWithout('pod-identity'),
    injected: (scene) => irsa(roleArn(scene)),
    trust: exactIrsaTrust,
    assume: (scene, namespace) => assumeByIrsa(scene, roleArn(scene), namespace),
  },
  {
    identity: 'pod-identity',
    checks: checksWithout('irsa'),
    injected: () => podIdentity,
    trust: exactPodIdentityTrust,
    assume: assumeByPodIdentity,
  },
];
