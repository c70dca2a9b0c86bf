/** kubectl with scripted answers, in a cluster that can be named. */
import { createKubectl } from '../../../src/cluster/kubectl/kubectl.ts';
import type { ClusterAccess } from '../../../src/cluster/access/cluster-access.ts';
import type { ClusterCaller } from '../../../src/cluster/explain.ts';
import type { Cluster } from '../../../src/model/world.ts';
import { cluster } from '../../support/factories.ts';
import { fakeExec, fakeLog } from '../../tools/fakes.ts';
import { fakeClock } from '../../support/fake-clock.ts';

export function clusterCaller(
  overrides: Partial<ClusterCaller> = {},
  clusterOverrides: Partial<Cluster> = {},
): ClusterCaller {
  return {
    cluster: { ...cluster(), ...clusterOverrides },
    arn: 'arn:aws:sts::111122223333:assumed-role/ci-plan/run-1',
    kubeconfigGiven: false,
    permissionsFile: 'permissions/rbac/plan-irsa.yaml',
    ...overrides,
  };
}

export function access(overrides: Partial<ClusterAccess> = {}): ClusterAccess & { refreshed: () => number } {
  let refreshed = 0;
  return {
    kubeconfig: '/private/kubeconfig',
    context: 'space-prod',
    keepAwsCredentials: false,
    refresh: () => {
      refreshed += 1;
      return Promise.resolve();
    },
    during: (work) => work(),
    confirm: () => Promise.resolve(),
    refreshed: () => refreshed,
    ...overrides,
  };
}

export const JOB_ENV = { PATH: '/bin', AWS_SECRET_ACCESS_KEY: 'secret', INPUT_HELM: 'secret' };

export function kubectlSetup(
  answer: Parameters<typeof fakeExec>[0],
  caller = clusterCaller(),
  way = access(),
) {
  const run = fakeExec(answer);
  const clock = fakeClock();
  const log = fakeLog();
  const options = { path: '/tools/kubectl', exec: run.exec, env: JOB_ENV, access: way };
  const kubectl = createKubectl({ ...options, cacheDirectory: '/private/cache', caller, clock, log });
  return { kubectl, clock, log, way, ...run };
}

/** Fields as the templates print them. */
export function line(...fields: readonly (string | number | object)[]): string {
  return `${fields.map((field) => (typeof field === 'object' ? JSON.stringify(field) : field)).join('\t')}\n`;
}
