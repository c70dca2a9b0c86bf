/** Policies compared by what they mean, not by how they are written. */
import type { Json } from '../model/json.ts';
import type { ConditionBlock, OneOrMany, PolicyDocument, Principal, Statement } from '../model/policy.ts';

/** Names in their own spelling, to be read, or as they compare. */
type Spelling = (name: string) => string;

const asWritten: Spelling = (name) => name;
/** Action names and condition keys know no case (IAM policy grammar). */
const caseless: Spelling = (name) => name.toLowerCase();

type Normal = { readonly [key: string]: Json };

const list = (value: OneOrMany): readonly string[] => [...new Set([value].flat())].toSorted();

function principal(value: Principal): Json {
  if (value === '*') return { AWS: ['*'] };
  return inOrder(Object.entries(value).map(([kind, names]) => [kind, list([names].flat().map(account))]));
}

/** An account id alone stands for its root principal. */
function account(name: string): string {
  return name.replace(/^arn:[a-z0-9-]+:iam::(\d{12}):root$/, '$1');
}

/** Empty blocks say nothing. */
function conditions(block: ConditionBlock, spell: Spelling): Json {
  return inOrder(
    Object.entries(block)
      .filter(([, keys]) => Object.keys(keys).length > 0)
      .map(([operator, keys]) => [
        operator,
        inOrder(Object.entries(keys).map(([key, values]) => [spell(key), list(values)])),
      ]),
  );
}

function inOrder(entries: readonly (readonly [string, Json])[]): Normal {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** A statement in its one normal form; `Sid` is a label and means nothing. */
function normalStatement(statement: Statement, spell: Spelling): Normal {
  const actions = (value: OneOrMany): readonly string[] => list([value].flat().map(spell));
  const condition = conditions(statement.Condition ?? {}, spell);
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
  const texts = document.Statement.map((statement) => JSON.stringify(normalStatement(statement, caseless)));
  return [...new Set(texts)].toSorted();
}

/** The statements to be read: lists in order and written as lists, names in their own spelling. */
export function readableStatements(document: PolicyDocument): readonly Normal[] {
  return document.Statement.map((statement) => normalStatement(statement, asWritten));
}

/** Whether two policies mean the same, however they are written. */
export function isEquivalent(first: PolicyDocument, second: PolicyDocument): boolean {
  return normalStatements(first).join() === normalStatements(second).join();
}

/** Both policies' statements in one document. */
export function union(first: PolicyDocument, second: PolicyDocument): PolicyDocument {
  return { Version: '2012-10-17', Statement: [...first.Statement, ...second.Statement] };
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
    statements.every(
      (statement) => typeof statement === 'object' && statement !== null && 'Effect' in statement,
    )
  );
}
