/** Reading a trust policy: which namespaces it admits by which mechanism. Statements that deny are not looked at. */
import type { Identity } from '../model/config.ts';
import type { PolicyDocument, Statement } from '../model/policy.ts';
import type { Cluster } from '../model/world.ts';
import { providerArn } from './arn.ts';
import { NOBODY, POD_IDENTITY_PRINCIPAL, subject } from './trust.ts';

export interface Reading {
  readonly cluster: Cluster;
  readonly mechanism: Identity;
  readonly serviceAccount: string;
}

/** The namespaces that are named one by one; wildcards name nobody. */
export function namedNamespaces(document: PolicyDocument, reading: Reading): readonly string[] {
  const [before, after] = ['system:serviceaccount:', `:${reading.serviceAccount}`];
  const names = statementsOf(document, reading)
    .flatMap((statement) => namespaceValues(statement, reading.mechanism) ?? [])
    .flatMap((value) => {
      if (reading.mechanism === 'pod-identity') return [value];
      return value.startsWith(before) && value.endsWith(after)
        ? [value.slice(before.length, -after.length)]
        : [];
    });
  return [...new Set(names)].filter((name) => !/[*?]/.test(name) && name !== NOBODY).toSorted();
}

/** Which namespaces' service account is admitted, by name or by wildcard. */
export function admission(document: PolicyDocument, reading: Reading): (namespace: string) => boolean {
  const values = statementsOf(document, reading).map((one) => namespaceValues(one, reading.mechanism));
  const all = values.flatMap((some) => some ?? ['*']);
  const names = new Set(all);
  const patterns = all.filter((value) => /[*?]/.test(value)).map(wildcard);
  return (namespace) => {
    const asked = reading.mechanism === 'irsa' ? subject(namespace, reading.serviceAccount) : namespace;
    return names.has(asked) || patterns.some((pattern) => pattern.test(asked));
  };
}

function statementsOf(document: PolicyDocument, { cluster, mechanism }: Reading): readonly Statement[] {
  const [kind, name] =
    mechanism === 'irsa'
      ? ['Federated', providerArn(cluster, cluster.issuer ?? '')]
      : ['Service', POD_IDENTITY_PRINCIPAL];
  return document.Statement.filter(
    ({ Effect, Principal }) =>
      Effect === 'Allow' && typeof Principal === 'object' && [Principal[kind] ?? []].flat().includes(name),
  );
}

/** The values that the namespace's key is compared with; undefined when the statement does not look at it. */
function namespaceValues(statement: Statement, mechanism: Identity): readonly string[] | undefined {
  const found = Object.entries(statement.Condition ?? {})
    .filter(([operator]) => operator === 'StringEquals' || operator === 'StringLike')
    .flatMap(([, keys]) => Object.entries(keys))
    .filter(([key]) => isNamespaceKey(key.toLowerCase(), mechanism));
  return found.length === 0 ? undefined : found.flatMap(([, values]) => [values].flat());
}

function isNamespaceKey(key: string, mechanism: Identity): boolean {
  return mechanism === 'irsa' ? key.endsWith(':sub') : key === 'aws:requesttag/kubernetes-namespace';
}

/** IAM's wildcards: `*` for any characters, `?` for one. */
function wildcard(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`);
}
