/** Policies compared by what they mean, not by how they are written. */
import type { Json } from '../model/json.ts';
import type { ConditionBlock, OneOrMany, PolicyDocument, Principal, Statement } from '../model/policy.ts';
import { hasVariable } from './patterns.ts';

/** How a document is written down again: to be read, or to be compared. */
interface Form {
  readonly action: (name: string) => string;
  readonly conditions: (block: ConditionBlock) => Json;
}

/** Names in their own spelling. */
const TO_READ: Form = { action: (name) => name, conditions: readableConditions };
/** Actions, condition keys and operators in one spelling: they know no case (IAM policy grammar). */
const TO_COMPARE: Form = { action: (name) => name.toLowerCase(), conditions: comparableConditions };

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
function readableConditions(block: ConditionBlock): Json {
  return inOrder(
    Object.entries(block)
      .filter(([, keys]) => Object.keys(keys).length > 0)
      .map(([operator, keys]) => [
        operator,
        inOrder(Object.entries(keys).map(([key, values]) => [key, list(values)])),
      ]),
  );
}

/** One condition a line: of two that differ in case alone, both have to hold. */
function comparableConditions(block: ConditionBlock): Json {
  const lines = Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) =>
      JSON.stringify([operator.toLowerCase(), key.toLowerCase(), list(values)]),
    ),
  );
  return list(lines);
}

function inOrder(entries: readonly (readonly [string, Json])[]): Normal {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** A statement in its one normal form; `Sid` is a label and means nothing. */
function normalStatement(statement: Statement, form: Form): Normal {
  const actions = (value: OneOrMany): readonly string[] => list([value].flat().map(form.action));
  const block = statement.Condition ?? {};
  const isConditional = Object.values(block).some((keys) => Object.keys(keys).length > 0);
  return {
    Effect: statement.Effect,
    ...(statement.Principal !== undefined && { Principal: principal(statement.Principal) }),
    ...(statement.NotPrincipal !== undefined && { NotPrincipal: principal(statement.NotPrincipal) }),
    ...(statement.Action !== undefined && { Action: actions(statement.Action) }),
    ...(statement.NotAction !== undefined && { NotAction: actions(statement.NotAction) }),
    ...(statement.Resource !== undefined && { Resource: list(statement.Resource) }),
    ...(statement.NotResource !== undefined && { NotResource: list(statement.NotResource) }),
    ...(isConditional && { Condition: form.conditions(block) }),
  };
}

/** The document's statements in normal form and order, each once as text: equal texts mean equal policies. */
export function normalStatements({ Version, Statement }: PolicyDocument): readonly string[] {
  const texts = Statement.map((statement) => JSON.stringify(normalStatement(statement, TO_COMPARE)));
  // The version decides about variables alone (IAM user guide, Version).
  const versioned = texts.map((text) => (hasVariable(text) ? `${Version ?? '2008-10-17'} ${text}` : text));
  return [...new Set(versioned)].toSorted();
}

/** The statements to be read: lists in order and written as lists, names in their own spelling. */
export function readableStatements(document: PolicyDocument): readonly Normal[] {
  return document.Statement.map((statement) => normalStatement(statement, TO_READ));
}

/** Whether two policies mean the same, however they are written. */
export function isEquivalent(first: PolicyDocument, second: PolicyDocument): boolean {
  return normalStatements(first).join() === normalStatements(second).join();
}

/** Both policies' statements in one document, each meaning once. */
export function union(first: PolicyDocument, second: PolicyDocument): PolicyDocument {
  const known = new Set(normalStatements(first));
  const added = second.Statement.filter(
    (statement) => !normalStatements({ ...second, Statement: [statement] }).every((text) => known.has(text)),
  );
  return { Version: '2012-10-17', Statement: labelledOnce([...first.Statement, ...added]) };
}

/** A label is IAM's name of one statement in a policy; it takes no policy in which two share one. The first keeps it. */
export function labelledOnce(statements: readonly Statement[]): readonly Statement[] {
  const taken = new Set<string>();
  return statements.map((statement) => {
    const { Sid, ...unlabelled } = statement;
    if (Sid === undefined || taken.has(Sid)) return unlabelled;
    taken.add(Sid);
    return statement;
  });
}

/** Whether two condition blocks mean the same. */
export function conditionsEqual(first: ConditionBlock, second: ConditionBlock): boolean {
  return JSON.stringify(comparableConditions(first)) === JSON.stringify(comparableConditions(second));
}

/** Condition keys that a session has from whom it was made for. */
const OF_SESSION = /^aws:PrincipalTag\/|:sub$/i;

/** Whether what it allows depends on whose session asks: by conditions on the session, or by variables. */
export function tellsSessionsApart({ Statement }: PolicyDocument): boolean {
  return Statement.some(({ Condition = {}, Resource = [] }) => {
    const keys = Object.values(Condition).flatMap((block) => Object.keys(block));
    return keys.some((key) => OF_SESSION.test(key)) || [Resource].flat().some(hasVariable);
  });
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
