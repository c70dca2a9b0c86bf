/** A Space as kubectl tells of it, list by list. */
import { createKubernetesReader } from '../../../src/cluster/kubectl/reader.ts';
import { refused } from '../../tools/fakes.ts';
import { kubectlSetup, line } from './setup.ts';

export const NO_SUCH = refused('error: the server doesn\'t have a resource type "x"');
/** What a GET of a group says that there is not. */
export const NO_GROUP = refused(
  'Error from server (NotFound): the server could not find the requested resource',
);
export const FORBIDDEN = refused(
  'Error from server (Forbidden): x is forbidden: User "ci" cannot list resource "helmreleases" in API group "helm.toolkit.fluxcd.io" at the cluster scope',
);
interface Answers {
  readonly guard?: ReturnType<typeof refused> | string;
  readonly planes?: ReturnType<typeof refused> | string;
  readonly selected?: ReturnType<typeof refused> | string;
  readonly namespaces?: ReturnType<typeof refused> | string;
  readonly stores?: ReturnType<typeof refused> | string;
  readonly agent?: ReturnType<typeof refused> | string;
  readonly releases?: ReturnType<typeof refused> | string;
}

/** Fields: name, three of Argo CD, two of Flux, one of Helm. */
const GUARD = line('spaces-controller', '', '', '', '', '', 'spaces');

export function setup(answers: Answers = {}) {
  const made = kubectlSetup((args) => {
    if (args.includes('--raw')) return NO_GROUP;
    if (args.includes('deployment.apps/')) return answers.guard ?? GUARD;
    if (args.includes('--selector=')) return answers.selected ?? '';
    if (args.includes('controlplanes')) return answers.planes ?? '';
    if (args.includes('get namespaces')) return answers.namespaces ?? '';
    if (args.includes('sharedsecretstores')) return answers.stores ?? '';
    if (args.includes('daemonset.apps/')) return answers.agent ?? '';
    return answers.releases ?? NO_SUCH;
  });
  const reader = createKubernetesReader(made.kubectl, { name: 'spaces' }, true);
  const query = {
    serviceAccount: 'external-secrets-controller',
    namespace: 'upbound-system',
    controlPlanes: true,
  };
  return { ...made, read: (more: object = {}) => reader.space({ ...query, ...more }) };
}
