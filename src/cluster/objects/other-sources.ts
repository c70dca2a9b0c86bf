/** From what else than the two mechanisms a container's SDK may take credentials, by names alone. */
import type { Container } from './pod-schema.ts';
import { OTHER_SOURCES, VARIABLES } from './variables.ts';

/** Where EKS's agent listens (EKS user guide; by IPv6 in clusters of that family). */
const AGENT_URIS: ReadonlySet<string> = new Set([
  'http://169.254.170.23/v1/credentials',
  'http://[fd00:ec2::23]/v1/credentials',
]);

const NAMES: readonly string[] = [...OTHER_SOURCES, VARIABLES.webToken, VARIABLES.credentials];

/** Names of variables that give or lead to other credentials; half of IRSA is one, and so is an agent that is not EKS's. */
export function otherSources(container: Container): readonly string[] {
  const { variables, set } = container;
  const isIrsa = variables.has(VARIABLES.role) && variables.has(VARIABLES.webToken);
  const ofEks = AGENT_URIS.has(variables.get(VARIABLES.credentials) ?? '');
  return NAMES.filter((name) => {
    if (name === VARIABLES.webToken) return set.has(name) && !isIrsa;
    if (name === VARIABLES.credentials) return set.has(name) && !ofEks;
    return set.has(name);
  });
}

/** What may hold such a variable, or such a file, and is not read: its content may be secret. */
export function unreadSources({ from, mounts }: Container): readonly string[] {
  const variables = from.filter(({ prefix }) => OTHER_SOURCES.some((name) => name.startsWith(prefix)));
  const files = mounts.filter(({ mountPath }) => mountPath.split('/').includes('.aws'));
  return [...variables.map(({ what }) => what), ...files.map(({ mountPath }) => `volume at ${mountPath}`)];
}
