/** A Go module under `go/` and the binary that it makes. */
export interface GoModule {
  readonly directory: string;
  /** What to build: the module's own main package or one that it only requires. */
  readonly package: string;
  readonly binary: string;
  /** Further names by which the binary is called. */
  readonly links: readonly string[];
  /** Values for string variables, as the release builds set them. The version is that of the required module in go.mod. */
  variables(version: (module: string) => string): Record<string, string>;
}

function kubernetesVersion(version: (module: string) => string): Record<string, string> {
  const gitVersion = version('k8s.io/kubernetes');
  const [major = '', minor = ''] = gitVersion.slice(1).split('.');
  const values = { gitVersion, gitMajor: major, gitMinor: minor, gitTreeState: 'clean', gitCommit: '' };
  return Object.fromEntries(
    ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((path) =>
      Object.entries(values).map(([name, value]) => [`${path}.${name}`, value]),
    ),
  );
}

const kubernetes: GoModule = {
  directory: 'control-plane',
  package: '.',
  binary: 'kubernetes',
  links: ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'],
  variables: kubernetesVersion,
};

/** A file of its own, as released: what the action downloads, compares and starts is as large and as quick as on a runner. */
const kubectl: GoModule = {
  directory: 'control-plane',
  package: 'k8s.io/kubernetes/cmd/kubectl',
  binary: 'kubectl',
  links: [],
  variables: kubernetesVersion,
};

const kwok: GoModule = { directory: 'kwok', package: '.', binary: 'kwok', links: [], variables: () => ({}) };

const helm: GoModule = {
  directory: 'helm',
  package: 'helm.sh/helm/v4/cmd/helm',
  binary: 'helm',
  links: [],
  variables: (version) => ({
    'helm.sh/helm/v4/internal/version.version': version('helm.sh/helm/v4'),
    'helm.sh/helm/v4/internal/version.gitTreeState': 'clean',
  }),
};

const registry: GoModule = {
  directory: 'registry',
  package: '.',
  binary: 'registry',
  links: [],
  variables: () => ({}),
};

/** All that the sandbox runs, in the order it is built. */
export const modules = [kubernetes, kubectl, kwok, helm, registry] as const;
