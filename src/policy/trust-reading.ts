/** Reading a trust policy: which namespaces it admits by which mechanism. Statements that deny are not looked at. */
import type { PolicyDocument, Statement } from '../model/policy.ts';
import type { Target } from '../model/target.ts';
import { fits } from './patterns.ts';
import { NOBODY, POD_IDENTITY_PRINCIPAL, subject } from './trust-documents.ts';

/** How the statements of one mechanism name whom they trust. */
export interface TrustForm {
  /** Kind and name of their principal. */
  readonly principal: (target: Target) => readonly [kind: string, name: string];
  /** Whether a condition key, in lower case, is compared with the namespace. */
  readonly isNamespaceKey: (key: string) => boolean;
  /** The value of that key for a namespace's service account. */
  readonly valueOf: (namespace: string, serviceAccount: string) => string;
  /** The namespace in such a value; undefined when it is about another service account. */
  readonly namespaceIn: (value: string, serviceAccount: string) => string | undefined;
}

export const IRSA_TRUST: TrustForm = {
  principal: ({ trustedProviderArn }) => ['Federated', trustedProviderArn],
  isNamespaceKey: (key) => key.endsWith(':sub'),
  valueOf: subject,
  namespaceIn: (value, serviceAccount) => {
    const [start, end] = ['system:serviceaccount:', `:${serviceAccount}`];
    const isSubject = value.startsWith(start) && value.endsWith(end);
    return isSubject ? value.slice(start.length, -end.length) : undefined;
  },
};

export const POD_IDENTITY_TRUST: TrustForm = {
  principal: () => ['Service', POD_IDENTITY_PRINCIPAL],
  isNamespaceKey: (key) => key === 'aws:requesttag/kubernetes-namespace',
  valueOf: (namespace) => namespace,
  namespaceIn: (value) => value,
};

export interface TrustReading {
  /** Namespaces that are named one by one; wildcards name none. */
  readonly named: ReadonlySet<string>;
  /** Whether a namespace's service account is admitted, by name or by wildcard. */
  readonly admits: (namespace: string) => boolean;
}

/** What a document says of one service account by one mechanism. */
export function readTrust(
  document: PolicyDocument,
  form: TrustForm,
  target: Target,
  serviceAccount: string,
): TrustReading {
  const compared = statementsOf(document, form, target).map((statement) => comparedValues(statement, form));
  const values = compared.flatMap((list) => list ?? []);
  const names = values
    .flatMap((value) => form.namespaceIn(value, serviceAccount) ?? [])
    .filter((name) => !isPattern(name) && name !== NOBODY);
  const patterns = values.filter(isPattern);
  const exact = new Set(values);
  // A statement that does not look at the namespace admits all of them.
  const open = compared.includes(undefined);
  return {
    named: new Set(names),
    admits: (namespace) => {
      const value = form.valueOf(namespace, serviceAccount);
      return open || exact.has(value) || patterns.some((pattern) => fits(pattern, value));
    },
  };
}

function isPattern(value: string): boolean {
  return /[*?]/.test(value);
}

function statementsOf(document: PolicyDocument, form: TrustForm, target: Target): readonly Statement[] {
  const [kind, name] = form.principal(target);
  return document.Statement.filter(
    ({ Effect, Principal }) =>
      Effect === 'Allow' && typeof Principal === 'object' && [Principal[kind] ?? []].flat().includes(name),
  );
}

/** The values that the namespace's key is compared with; undefined when the statement does not look at it. */
function comparedValues(statement: Statement, form: TrustForm): readonly string[] | undefined {
  const found = Object.entries(statement.Condition ?? {})
    .filter(([operator]) => operator === 'StringEquals' || operator === 'StringLike')
    .flatMap(([, keys]) => Object.entries(keys))
    .filter(([key]) => form.isNamespaceKey(key.toLowerCase()));
  return found.length === 0 ? undefined : found.flatMap(([, values]) => [values].flat());
}
