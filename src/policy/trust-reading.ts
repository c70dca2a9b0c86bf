/** Reading a trust policy: which namespaces it admits by which mechanism. Statements that deny are not looked at. */
import type { PolicyDocument, Statement } from '../model/policy.ts';
import type { Target } from '../model/target.ts';
import type { NamedWorkload } from '../model/trust.ts';
import { UNRELATED_NAME } from './arn.ts';
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

/** The workloads that a policy names by the subjects of their tokens. */
export function namedSubjects(document: PolicyDocument, target: Target): readonly NamedWorkload[] {
  const subjects = statementsOf(document, IRSA_TRUST, target).flatMap((statement) =>
    valuesOf(statement, IRSA_TRUST.isNamespaceKey),
  );
  return [...new Set(subjects)].flatMap((text): readonly NamedWorkload[] => {
    const [, namespace, serviceAccount = UNRELATED_NAME] =
      /^system:serviceaccount:([^:]+)(?::([^:]+))?$/.exec(exampleOf(text)) ?? [];
    return namespace === undefined ? [] : [{ text, namespace, serviceAccount }];
  });
}

/** The workloads that a policy names by session tags; one that it leaves open is taken from `workload`. */
export function namedByTags(
  document: PolicyDocument,
  target: Target,
  workload: Pick<NamedWorkload, 'namespace' | 'serviceAccount'>,
): readonly NamedWorkload[] {
  const named = statementsOf(document, POD_IDENTITY_TRUST, target).flatMap((statement) => {
    const namespaces = valuesOf(statement, POD_IDENTITY_TRUST.isNamespaceKey);
    const accounts = valuesOf(statement, (key) => key === 'aws:requesttag/kubernetes-service-account');
    return orOne(namespaces, workload.namespace).flatMap((namespace) =>
      orOne(accounts, workload.serviceAccount).map((account) => [namespace, account] as const),
    );
  });
  const unique = new Map(named.map((one) => [subject(...one), one]));
  return [...unique].map(([text, [namespace, account]]) => ({
    text,
    namespace: exampleOf(namespace),
    serviceAccount: exampleOf(account),
  }));
}

const orOne = (values: readonly string[], one: string): readonly string[] =>
  values.length === 0 ? [one] : values;

/** What fits a pattern. */
function exampleOf(pattern: string): string {
  return pattern.replaceAll(/\*+/g, UNRELATED_NAME).replaceAll('?', 'a');
}

/** What the conditions compare such a key with, whatever the operator. */
function valuesOf({ Condition = {} }: Statement, isKey: (key: string) => boolean): readonly string[] {
  return Object.values(Condition)
    .flatMap((keys) => Object.entries(keys))
    .filter(([key]) => isKey(key.toLowerCase()))
    .flatMap(([, values]) => [values].flat())
    .filter((value) => value !== NOBODY);
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
