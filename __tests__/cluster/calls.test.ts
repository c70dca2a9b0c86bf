/** The rights that are declared are those that the calls need. */
import { expect, test } from '@jest/globals';
import { HELM_READS, HELM_WRITES } from '../../src/cluster/helm/calls.ts';
import { KUBERNETES_READS, KUBERNETES_WRITES } from '../../src/cluster/kubectl/calls.ts';
import { createKubernetesReader } from '../../src/cluster/objects/reader.ts';
import { createKubernetesWriter } from '../../src/cluster/kubectl/writer.ts';
import { denied, fakeApi, groups, type Reply } from './api/fake-api.ts';
import { kubectlSetup } from './kubectl/setup.ts';
import { FLUX, KINDS } from './objects/space-setup.ts';

/** `verb resource.group` of a request, as RBAC sees it; undefined for what every user may ask. */
function permissionOf(path: string): string | undefined {
  const pattern =
    /^\/(?:api|apis\/(?<group>[^/]+))\/[^/]+(?:\/namespaces\/[^/]+)?\/(?<resource>[a-z]+)(?<name>\/.+)?$/;
  const { group, resource, name } = pattern.exec(path)?.groups ?? {};
  if (resource === undefined) return undefined;
  return `${name === undefined ? 'list' : 'get'} ${resource}${group === undefined ? '' : `.${group}`}`;
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

function reader(more: Readonly<Record<string, Reply>> = {}) {
  const DEPLOYMENT = '/apis/apps/v1/namespaces/upbound-system/deployments/spaces-controller';
  const DAEMON_SET = '/apis/apps/v1/namespaces/kube-system/daemonsets/eks-pod-identity-agent';
  const lists = [
    '/apis/spaces.upbound.io/v1beta1/controlplanes',
    '/apis/spaces.upbound.io/v1alpha1/sharedsecretstores',
    '/apis/spaces.upbound.io/v1alpha1/sharedexternalsecrets',
    '/apis/helm.toolkit.fluxcd.io/v2/helmreleases',
    '/apis/apps/v1/deployments',
    ...['namespaces', 'serviceaccounts', 'pods', 'nodes'].map((kind) => `/api/v1/${kind}`),
  ];
  const made = fakeApi({
    ...groups({ ...KINDS, ...FLUX }),
    ...Object.fromEntries(lists.map((path): [string, Reply] => [path, []])),
    [DEPLOYMENT]: { metadata: { name: 'spaces-controller' } },
    [DAEMON_SET]: {},
    ...more,
  });
  const { kubectl, requests } = kubectlSetup(() => '');
  return {
    ...made,
    requests,
    reads: createKubernetesReader(made.api, kubectl, {
      release: { name: 'spaces' },
      kubeconfigGiven: true,
      readsSecrets: true,
    }),
  };
}

test.each([
  'space',
  'sharedSecrets',
  'workloads',
  'serviceAccounts',
  'nodes',
  'annotatedAccounts',
  'agentDaemonSet',
] as const)('%s asks for exactly what is declared', async (method) => {
  const { reads, paths } = reader();
  const query = { serviceAccount: 'eso', namespace: 'upbound-system', controlPlanes: true };
  await (method === 'space' ? reads.space(query) : reads[method]('eso'));
  const asked = new Set(paths().flatMap((path) => permissionOf(path) ?? []));
  expect([...asked].toSorted()).toEqual(declared(KUBERNETES_READS[method]).toSorted());
});

test('clusterIdentity asks for the path that is declared, and for nothing else of the API server', async () => {
  const { reads, paths, requests } = reader({ '/.well-known/openid-configuration': {} });
  await reads.clusterIdentity();
  expect(requests.map(({ args }) => args[0])).toEqual(['config']);
  expect(paths()).toEqual(
    KUBERNETES_READS.clusterIdentity.flatMap(({ nonResourceURLs = [] }) => nonResourceURLs),
  );
});

test('reads declare no verb that writes, but for the pods of a dry run', async () => {
  const { forecast, ...others } = KUBERNETES_READS;
  const readRules = [...Object.values(others), ...Object.values(HELM_READS)].flat();
  const verbs = readRules.flatMap((rule) => rule.verbs);
  expect(verbs.filter((verb) => !['get', 'list'].includes(verb))).toEqual([]);
  expect(forecast).toEqual([{ apiGroups: [''], resources: ['pods'], verbs: ['create'], scope: 'cluster' }]);
  const { reads, asked } = reader({ '/api/v1/namespaces/a/pods': denied('pods') });
  await reads.forecast([{ namespace: 'a', serviceAccount: 'b', labels: {} }]);
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /api/v1/namespaces/a/pods?dryRun=All',
  ]);
});

test('the restart is get and patch of Deployments; only the upgrade of Helm wants all', async () => {
  expect(KUBERNETES_WRITES.restart).toEqual([
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'], scope: 'cluster' },
  ]);
  expect(HELM_WRITES.upgrade.map(({ verbs }) => verbs)).toEqual([['*'], ['*']]);
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
