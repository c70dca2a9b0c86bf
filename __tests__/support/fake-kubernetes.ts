/** The host cluster in memory: rollouts take their time, and pods get their identity at creation only. */
import { certificatesIn, type ClusterIdentity } from '../../src/model/cluster-identity.ts';
import type { KubernetesReader, KubernetesWriter } from '../../src/model/ports.ts';
import type { ControllerDeployment, ControllerPod } from '../../src/model/host.ts';
import type { Cluster } from '../../src/model/world.ts';
import { isOf } from '../../src/space/pods.ts';
import { SERVICE_ACCOUNT } from './names.ts';
import { annotate, injected, known, type State } from './fake-state.ts';

type Shuffle = <T>(list: readonly T[]) => readonly T[];

export function kubernetesReader(state: State, shuffle: Shuffle): KubernetesReader {
  const serviceAccounts = () =>
    shuffle([...state.annotations]).map(([namespace, roleArn]) => ({
      namespace,
      ...(roleArn !== undefined && { roleArn }),
    }));
  return {
    space: async ({ selector, controlPlanes }) =>
      await Promise.resolve({
        space: state.space,
        namespaces: shuffle(state.namespaces),
        stores: shuffle(state.stores),
        controlPlanes: controlPlanes
          ? shuffle(state.controlPlanes).map((one) => ({
              ...one,
              matchesSelector: selector === undefined || one.matchesSelector,
            }))
          : [],
        ...(state.daemonSet !== undefined && { agentDaemonSet: state.daemonSet }),
      }),
    sharedSecrets: async () => await Promise.resolve({ kind: 'read', all: shuffle(state.secrets) }),
    workloads: async () =>
      await Promise.resolve({
        serviceAccounts: serviceAccounts(),
        deployments: shuffle([...state.deployments.values()]),
        pods: shuffle(state.pods),
      }),
    agentDaemonSet: async () => await Promise.resolve(state.daemonSet),
    nodes: async () => await Promise.resolve(state.nodes),
    clusterIdentity: async () => await Promise.resolve(state.otherCluster ?? identityOf(state.cluster)),
    annotatedAccounts: async () =>
      await Promise.resolve([
        ...shuffle(state.otherAccounts),
        ...serviceAccounts().flatMap(({ namespace, roleArn }) =>
          roleArn === undefined ? [] : [{ namespace, name: SERVICE_ACCOUNT, roleArn }],
        ),
      ]),
    forecast: async (samples) =>
      await Promise.resolve(
        new Map(
          samples.map(({ namespace }) => [
            namespace,
            { kind: 'pod', pod: podWith(state, namespace, 0, 0, known(state, namespace)) },
          ]),
        ),
      ),
    serviceAccounts: async () => await Promise.resolve(serviceAccounts()),
  };
}

function identityOf({ certificateAuthority, issuer }: Cluster): ClusterIdentity {
  return {
    certificateAuthorities: certificatesIn(certificateAuthority),
    ...(issuer !== undefined && { issuer }),
  };
}

export function kubernetesActs(state: State): KubernetesWriter {
  return {
    restart: async (targets) => {
      const said = targets.flatMap(({ namespace }) => {
        const there = state.deployments.get(namespace);
        if (there === undefined) return [`deployments "${namespace}" not found`];
        if (there.paused) return [`can't restart paused deployment ${namespace}`];
        rollOut(state, namespace);
        return [];
      });
      return await Promise.resolve(said.join('; '));
    },
    annotate: async (targets, roleArn) => {
      for (const { namespace } of targets) annotate(state, namespace, roleArn ?? undefined);
      return await Promise.resolve('');
    },
  };
}

function update(state: State, namespace: string, change: Partial<ControllerDeployment>): void {
  const there = state.deployments.get(namespace);
  if (there === undefined) return;
  state.deployments = new Map([...state.deployments, [namespace, { ...there, ...change }]]);
}

/** New pods after 1 s, ready after 3 s; the old ones leave then and are gone after 5 s. */
export function rollOut(state: State, namespace: string): void {
  const there = state.deployments.get(namespace);
  if (there === undefined) return;
  const { replicas, name } = there;
  const generation = there.generation + 1;
  const isOwn = (pod: ControllerPod): boolean => pod.namespace === namespace && isOf({ name }, pod);
  const old = new Set(state.pods.filter(isOwn).map((pod) => pod.uid));
  update(state, namespace, { generation });
  const { clock } = state;
  const steps: Readonly<Record<number, () => void>> = {
    500: () => update(state, namespace, { observedGeneration: generation, updatedReplicas: 0 }),
    1000: () => {
      const refused = state.refused.get(namespace);
      if (refused !== undefined) return update(state, namespace, { refused });
      const made = Array.from({ length: replicas }, (_, n) => newPod(state, namespace, generation, n));
      state.pods = [...state.pods, ...made];
      update(state, namespace, { updatedReplicas: replicas, currentReplicas: replicas + old.size });
    },
    3000: () => {
      if (state.refused.has(namespace)) return;
      if (state.stuck.has(namespace))
        return update(state, namespace, { progressReason: 'ProgressDeadlineExceeded' });
      state.pods = state.pods.map((pod) =>
        isOwn(pod) ? { ...pod, ready: true, deleting: old.has(pod.uid) } : pod,
      );
      update(state, namespace, { availableReplicas: replicas });
    },
    5000: () => {
      if (state.stuck.has(namespace) || state.refused.has(namespace)) return;
      state.pods = state.pods.filter((pod) => !old.has(pod.uid));
      update(state, namespace, { currentReplicas: replicas });
    },
  };
  for (const [when, step] of Object.entries(steps)) {
    clock.after(Number(when), () => {
      step();
      state.watch();
    });
  }
}

function newPod(state: State, namespace: string, generation: number, n: number): ControllerPod {
  return podWith(state, namespace, generation, n, injected(state, namespace));
}

function podWith(
  state: State,
  namespace: string,
  generation: number,
  n: number,
  identity: Partial<ControllerPod>,
): ControllerPod {
  return {
    namespace,
    name: `external-secrets-${generation}-${n}`,
    uid: `${namespace}/${generation}/${n}`,
    phase: 'Running',
    ready: false,
    deleting: false,
    // Kubernetes writes whole seconds.
    createdAt: Math.floor(state.clock.now() / 1000) * 1000,
    replicaSet: `external-secrets-${generation}`,
    podIdentity: false,
    otherSources: [],
    unreadSources: [],
    ...identity,
  };
}
