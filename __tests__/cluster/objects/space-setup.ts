/** A Space as the API server tells of it, list by list. */
import { createKubernetesReader } from '../../../src/cluster/objects/reader.ts';
import { fakeApi, groups, isAnswer, queryOf, type Reply, said } from '../api/fake-api.ts';
import { kubectlSetup } from '../kubectl/setup.ts';

interface Answers {
  readonly deployment?: Reply;
  readonly planes?: Reply;
  /** For the selector. */
  readonly selected?: Reply;
  readonly namespaces?: Reply;
  readonly stores?: Reply;
  readonly secrets?: Reply;
  readonly agent?: Reply;
  readonly releases?: Reply;
  readonly readsSecrets?: boolean;
  /** By version, what kinds the API server has. */
  readonly kinds?: Readonly<Record<string, readonly string[]>>;
}

const SPACES = '/apis/spaces.upbound.io';
export const KINDS = {
  'spaces.upbound.io/v1beta1': ['controlplanes', 'controlplanes/status'],
  'spaces.upbound.io/v1alpha1': ['sharedsecretstores', 'sharedexternalsecrets'],
};
export const FLUX = { 'helm.toolkit.fluxcd.io/v2': ['helmreleases'] };

/** There is no such object, of a kind that there is. */
export const ABSENT = said(404, 'NotFound', 'deployments.apps "x" not found');

export const named = (namespace: string, name: string, more: object = {}) => ({
  metadata: { namespace, name, ...more },
});
export const CONTROLLER = named('upbound-system', 'spaces-controller', {
  annotations: { 'meta.helm.sh/release-name': 'spaces' },
});

function replyTo(all: Reply, selected: Reply): Reply {
  return (request, nth) => {
    const reply = queryOf(request)['labelSelector'] === undefined ? all : selected;
    if (isAnswer(reply)) return reply(request, nth);
    return { status: 200, body: JSON.stringify({ kind: 'List', metadata: {}, items: reply }) };
  };
}

export function setup(answers: Answers = {}) {
  const {
    deployment = CONTROLLER,
    planes = [],
    selected = [],
    agent = ABSENT,
    kinds = { ...KINDS, ...FLUX },
  } = answers;
  const made = fakeApi({
    ...groups(kinds),
    '/apis/apps/v1/namespaces/upbound-system/deployments/spaces-controller': deployment,
    [`${SPACES}/v1beta1/controlplanes`]: replyTo(planes, selected),
    '/api/v1/namespaces': answers.namespaces ?? [],
    [`${SPACES}/v1alpha1/sharedsecretstores`]: answers.stores ?? [],
    [`${SPACES}/v1alpha1/sharedexternalsecrets`]: answers.secrets ?? [],
    '/apis/apps/v1/namespaces/kube-system/daemonsets/eks-pod-identity-agent': agent,
    '/apis/helm.toolkit.fluxcd.io/v2/helmreleases': answers.releases ?? [],
  });
  const reader = createKubernetesReader(made.api, kubectlSetup(() => '').kubectl, {
    release: { name: 'spaces' },
    kubeconfigGiven: true,
    readsSecrets: answers.readsSecrets ?? true,
  });
  const query = {
    serviceAccount: 'external-secrets-controller',
    namespace: 'upbound-system',
    controlPlanes: true,
  };
  return { ...made, reader, read: (more: object = {}) => reader.space({ ...query, ...more }) };
}
