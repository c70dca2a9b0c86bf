/** Policies compared by what they mean, not by how they are written. */
import type { Json } from '../model/json.ts';
import type { ConditionBlock, OneOrMany, PolicyDocument, Principal, Statement } from '../model/policy.ts';

const list = (value: OneOrMany): readonly string[] => [...new Set([value].flat())].toSorted();

/** Action names know no case (IAM policy grammar). */
const actions = (value: OneOrMany): readonly string[] =>
  list([value].flat().map((name) => name.toLowerCase()));

function principal(value: Principal): Json {
  if (value === '*') return { AWS: ['*'] };
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([kind, names]) => [kind, list([names].flat().map(account))]),
  );
}

/** An account id alone stands for its root principal. */
function account(name: string): string {
  return name.replace(/^arn:[a-z0-9-]+:iam::(\d{12}):root$/, '$1');
}

/** Condition keys know no case, but their values do; empty blocks say nothing. */
function conditions(block: ConditionBlock): Json {
  return Object.fromEntries(
    Object.entries(block)
      .filter(([, keys]) => Object.keys(keys).length > 0)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([operator, keys]) => [
        operator,
        Object.fromEntries(
          Object.entries(keys)
            .map(([key, values]) => [key.toLowerCase(), list(values)] as const)
            .toSorted(([a], [b]) => a.localeCompare(b)),
        ),
      ]),
  );
}

/** A statement in its one normal form; `Sid` is a label and means nothing. */
function normalStatement(statement: Statement): { readonly [key: string]: Json } {
  const condition = conditions(statement.Condition ?? {});
  return {
    Effect: statement.Effect,
    ...(statement.Principal !== undefined && { Principal: principal(statement.Principal) }),
    ...(statement.NotPrincipal !== undefined && { NotPrincipal: principal(statement.NotPrincipal) }),
    ...(statement.Action !== undefined && { Action: actions(statement.Action) }),
    ...(statement.NotAction !== undefined && { NotAction: actions(statement.NotAction) }),
    ...(statement.Resource !== undefined && { Resource: list(statement.Resource) }),
    ...(statement.NotResource !== undefined && { NotResource: list(statement.NotResource) }),
    ...(JSON.stringify(condition) !== '{}' && { Condition: condition }),
  };
}

/** The document's statements in normal form and order, each once as text: equal texts mean equal policies. */
export function normalStatements(document: PolicyDocument): readonly string[] {
  const texts = document.Statement.map((statement) => JSON.stringify(normalStatement(statement)));
  return [...new Set(texts)].toSorted();
}

export function sameMeaning(one: PolicyDocument, other: PolicyDocument): boolean {
  return normalStatements(one).join() === normalStatements(other).join();
}

/** Both policies' statements in one document. */
export function union(one: PolicyDocument, other: PolicyDocument): PolicyDocument {
  return { Version: '2012-10-17', Statement: [...one.Statement, ...other.Statement] };
}

/** What IAM counts against its quotas: characters without white space (IAM quotas page). */
export function policySize(document: PolicyDocument): number {
  return JSON.stringify(document).replace(/\s/g, '').length;
}

/** Whether plain data is a policy document: it has a list of statements with effects. */
export function isPolicy(value: Json): value is PolicyDocument {
  if (typeof value !== 'object' || value === null || !('Statement' in value)) return false;
  const statements = value['Statement'];
  return (
    Array.isArray(statements) &&
    statements.every((one) => typeof one === 'object' && one !== null && 'Effect' in one)
  );
}
