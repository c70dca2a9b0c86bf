/** The rights that are declared are those that the calls need. */
import { expect, test } from '@jest/globals';
import { HELM_READS, HELM_WRITES } from '../../src/cluster/helm/calls.ts';
import { KUBERNETES_READS, KUBERNETES_WRITES } from '../../src/cluster/kubectl/calls.ts';
import { createKubernetesReader } from '../../src/cluster/kubectl/reader.ts';
import { createKubernetesWriter } from '../../src/cluster/kubectl/writer.ts';
import { kubectlSetup, line } from './kubectl/setup.ts';

/** `verb resource.group` of each kind that a kubectl call asks for, as RBAC sees it. */
function permissionsOf([, what = '']: readonly string[]): readonly string[] {
  return what.split(',').map(permissionOf);
}

function permissionOf(what: string): string {
  const [resource = '', name] = what.split('/');
  const plural = name !== undefined && !resource.includes('s.') ? resource.replace('.', 's.') : resource;
  return `${name === undefined ? 'list' : 'get'} ${plural}`;
}

function declared(rules: (typeof KUBERNETES_READS)['space']): readonly string[] {
  return rules.flatMap(({ verbs, resources, apiGroups }) =>
    verbs.flatMap((verb) =>
      resources.flatMap((resource) =>
        apiGroups.map((group) => `${verb} ${group === '' ? resource : `${resource}.${group}`}`),
      ),
    ),
  );
}

test.each(['space', 'workloads', 'serviceAccounts', 'nodes'] as const)(
  '%s asks for exactly what is declared',
  async (method) => {
    const guard = line('spaces-controller', '', '', '', '', '', '');
    const { kubectl, requests } = kubectlSetup((args) => (args.includes('deployment.apps/') ? guard : ''));
    const reader = createKubernetesReader(kubectl, { name: 'spaces' }, true);
    const query = { serviceAccount: 'eso', namespace: 'upbound-system', controlPlanes: true };
    await (method === 'space' ? reader.space(query) : reader[method]('eso'));
    const asked = [...new Set(requests.flatMap(({ args }) => permissionsOf(args)))];
    expect(asked.toSorted()).toEqual(declared(KUBERNETES_READS[method]).toSorted());
  },
);

test('clusterIdentity asks for the path that is declared, and for nothing else of the API server', async () => {
  const { kubectl, requests } = kubectlSetup(() => '');
  await createKubernetesReader(kubectl, { name: 'spaces' }, true).clusterIdentity();
  const raw = requests.flatMap(({ args }) => (args[1] === '--raw' ? [args[2]] : []));
  expect(requests.filter(({ args }) => args[0] !== 'config')).toHaveLength(raw.length);
  expect(raw).toEqual(
    KUBERNETES_READS.clusterIdentity.flatMap(({ nonResourceURLs = [] }) => nonResourceURLs),
  );
});

test('reads declare no verb that writes, but for the pods of a dry run', async () => {
  const { forecast, ...others } = KUBERNETES_READS;
  const reads = [...Object.values(others), ...Object.values(HELM_READS)].flat();
  expect(reads.flatMap(({ verbs }) => verbs).filter((verb) => !['get', 'list'].includes(verb))).toEqual([]);
  expect(forecast).toEqual([{ apiGroups: [''], resources: ['pods'], verbs: ['create'], scope: 'cluster' }]);
  const { kubectl, requests } = kubectlSetup(() => '');
  const reader = createKubernetesReader(kubectl, { name: 'spaces' }, true);
  await reader.forecast([{ namespace: 'a', serviceAccount: 'b', labels: {} }]);
  expect(requests.map(({ args }) => args.slice(0, 2))).toEqual([['create', '--dry-run=server']]);
});

test('the restart is get and patch of Deployments; only the upgrade of Helm wants all', async () => {
  expect(KUBERNETES_WRITES.restart).toEqual([
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'], scope: 'cluster' },
  ]);
  expect(HELM_WRITES.upgrade.every(({ verbs }) => verbs.includes('*'))).toBe(true);
  const { kubectl, requests } = kubectlSetup(() => '');
  await createKubernetesWriter(kubectl).restart([
    {
      op: 'restart',
      namespace: 'a',
      deployment: 'b',
      serviceAccount: 'c',
      expect: { kind: 'with-role', identity: 'irsa', roleArn: 'arn:x' },
    },
  ]);
  expect(requests.map(({ args }) => args.slice(0, 2))).toEqual([['rollout', 'restart']]);
});
