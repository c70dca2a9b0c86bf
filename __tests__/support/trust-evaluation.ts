/** What policies admit and allow: evaluated here once more, apart from the code under test. */
import type { ConditionBlock, OneOrMany, PolicyDocument, Statement } from '../../src/model/policy.ts';
import { ACCOUNT, CLUSTER_ARN, ISSUER_HOST, PROVIDER_ARN, SERVICE_ACCOUNT } from './names.ts';

export type Mechanism = 'irsa' | 'pod-identity';

interface Request {
  readonly principal: readonly [string, string];
  readonly actions: readonly string[];
  readonly context: Readonly<Record<string, string>>;
}

export function requestOf(
  mechanism: Mechanism,
  namespace: string,
  serviceAccount = SERVICE_ACCOUNT,
  audience = 'sts.amazonaws.com',
): Request {
  if (mechanism === 'irsa') {
    return {
      principal: ['Federated', PROVIDER_ARN],
      actions: ['sts:AssumeRoleWithWebIdentity'],
      context: {
        [`${ISSUER_HOST}:aud`]: audience,
        [`${ISSUER_HOST}:sub`]: `system:serviceaccount:${namespace}:${serviceAccount}`,
      },
    };
  }
  return {
    principal: ['Service', 'pods.eks.amazonaws.com'],
    actions: ['sts:AssumeRole', 'sts:TagSession'],
    context: {
      'aws:SourceAccount': ACCOUNT,
      'aws:SourceArn': CLUSTER_ARN,
      'aws:RequestTag/kubernetes-namespace': namespace,
      'aws:RequestTag/kubernetes-service-account': serviceAccount,
    },
  };
}

export function admits(document: PolicyDocument, request: Request): boolean {
  return request.actions.every((action) =>
    document.Statement.some((statement) => allows(statement, action, request)),
  );
}

const list = (value: OneOrMany | undefined): readonly string[] => [value ?? []].flat();

function allows(statement: Statement, action: string, { principal, context }: Request): boolean {
  const [kind, name] = principal;
  const who = statement.Principal === '*' ? [] : list(statement.Principal?.[kind]);
  return (
    statement.Effect === 'Allow' &&
    who.includes(name) &&
    list(statement.Action).includes(action) &&
    holds(statement.Condition ?? {}, context)
  );
}

/** Whether an identity policy allows an action on a resource. */
export function permits(
  document: PolicyDocument,
  action: string,
  resource: string,
  context: Readonly<Record<string, string>>,
): boolean {
  return document.Statement.some(
    (statement) =>
      statement.Effect === 'Allow' &&
      list(statement.Action).includes(action) &&
      list(statement.Resource).some((pattern) => matches('StringLike', filled(pattern, context), resource)) &&
      holds(statement.Condition ?? {}, context),
  );
}

/** Policy variables; one without a value covers nothing. */
function filled(pattern: string, context: Readonly<Record<string, string>>): string {
  return pattern.replaceAll(/\$\{([^}]+)\}/g, (_all, key: string) => context[key] ?? '<nothing>');
}

/** What every request of a workload's session carries of whom it was made for. */
export function sessionOf(mechanism: Mechanism, namespace: string): Readonly<Record<string, string>> {
  return mechanism === 'irsa'
    ? { [`${ISSUER_HOST}:sub`]: `system:serviceaccount:${namespace}:${SERVICE_ACCOUNT}` }
    : { 'aws:PrincipalTag/kubernetes-namespace': namespace };
}

function holds(conditions: ConditionBlock, context: Readonly<Record<string, string>>): boolean {
  const byKey = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => {
      if (operator === 'Null') return list(values).includes(String(!byKey.has(key.toLowerCase())));
      const there = byKey.get(key.toLowerCase());
      return there !== undefined && list(values).some((value) => matches(operator, value, there));
    }),
  );
}

function matches(operator: string, pattern: string, value: string): boolean {
  if (operator === 'StringEquals' || operator === 'ArnEquals') return pattern === value;
  if (operator === 'StringNotEquals') return pattern !== value;
  if (operator !== 'StringLike') throw new Error(`this evaluation does not know ${operator}`);
  const source = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${source.join('.*')}$`).test(value);
}
