/** SimulatePrincipalPolicy, on the same evaluation that the account itself uses. */
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { type Call, operation, type Operations } from '../operation.ts';
import { pageOf } from '../pages.ts';
import { asList, checkPermissionPolicy, statementsOf } from '../policy/documents.ts';
import {
  type Context,
  evaluateOrganisation,
  evaluatePolicies,
  type NamedPolicy,
  type Outcome,
} from '../policy/evaluate.ts';
import { variablesIn } from '../policy/variables.ts';
import { matchesPattern } from '../policy/wildcards.ts';
import { policiesOfEntity } from '../principal-policies.ts';
import { seenRole } from './access.ts';
import { list, paging, truncation } from './inputs.ts';
import type { Role, User } from './model.ts';

const decisions: Record<Outcome, string> = {
  Allowed: 'allowed',
  ExplicitlyDenied: 'explicitDeny',
  ImplicitlyDenied: 'implicitDeny',
};

/** What stands in EvalResourceName now that the answers by resource are in a list of their own. */
const resourceTemplates: Record<string, string> = {
  eks: 'arn:${Partition}:eks:${Region}:${Account}:cluster/${ClusterName}',
  iam: 'arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}',
  kms: 'arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}',
  secretsmanager: 'arn:${Partition}:secretsmanager:${Region}:${Account}:secret:${SecretId}',
  ssm: 'arn:${Partition}:ssm:${Region}:${Account}:parameter/${ParameterNameWithoutLeadingSlash}',
};

const simpleTypes = ['string', 'numeric', 'boolean', 'ip', 'binary', 'date'];
const keyTypes = [...simpleTypes, ...simpleTypes.map((type) => `${type}List`)];

const input = z.object({
  ...paging,
  PolicySourceArn: z.string().min(20),
  ActionNames: list(z.string().min(3)),
  ResourceArns: list(z.string()).default(['*']),
  PolicyInputList: list(z.string()).default([]),
  PermissionsBoundaryPolicyInputList: list(z.string()).default([]),
  ContextEntries: list(
    z.object({
      ContextKeyName: z.string(),
      ContextKeyValues: list(z.string()).default([]),
      ContextKeyType: z.enum(keyTypes),
    }),
  ).default([]),
});

/**
 * What an action is authorised by, as far as IAM has been seen to care: it takes no actions together that look at different
 * things, and says nothing of which do. A service's reads and its writes are held apart.
 */
function authorisationOf(action: string): string {
  const [service = '', name = ''] = action.split(':');
  return `${service} ${/^(Get|Describe|List)/i.test(name) ? 'read' : 'write'}`;
}

function refuseMixed(actions: string[]): void {
  const groups = [...Map.groupBy(actions, authorisationOf).values()];
  const [first, second] = groups.map((group) => `[${group.join(',')}]`);
  if (second === undefined) return;
  const message = `Invalid Input Actions: ${first} and ${second} require different authorization information.`;
  throw new ServiceError('InvalidInput', message, 400);
}

interface Subject {
  arn: string;
  account: string;
  policies: ReturnType<typeof policiesOfEntity>;
  organisation: NamedPolicy[];
  context: Context;
}

function entityByArn(call: Call, arn: string): Role | User {
  const seen = [seenRole(call, arn.split('/').at(-1) ?? ''), ...call.state.iam.users.values()];
  const entity = seen.find((one) => one?.arn === arn);
  if (entity === undefined)
    throw new ServiceError('NoSuchEntity', `The entity with ARN ${arn} cannot be found.`, 404);
  return entity;
}

/** Keys that statements about an action ask for in conditions and variables and the caller did not give; the organisation's are not told. */
function missingKeys(policies: NamedPolicy[], action: string, context: Context): string[] {
  const given = new Set(Object.keys(context).map((key) => key.toLowerCase()));
  const asked = policies
    .flatMap(({ document }) => statementsOf(document))
    .filter((statement) => asList(statement.Action).some((pattern) => matchesPattern(pattern, action)))
    .flatMap(({ Condition, Resource, NotResource }) => [
      ...Object.values(Condition ?? {}).flatMap((test) => Object.keys(test)),
      ...variablesIn([Condition, Resource, NotResource]),
    ]);
  return [...new Set(asked)].filter((key) => !given.has(key.toLowerCase()));
}

function simulateResource(subject: Subject, action: string, resource: string) {
  const { arn, account, policies, context } = subject;
  const request = { principal: arn, account, action, resource, context };
  const identity = evaluatePolicies(request, policies.identity);
  const boundary = policies.boundary === undefined ? undefined : evaluatePolicies(request, policies.boundary);
  const organisation = evaluateOrganisation(request, subject.organisation);
  const both = new Set([organisation, identity, boundary ?? 'Allowed']);
  const outcome =
    (['ExplicitlyDenied', 'ImplicitlyDenied'] as const).find((one) => both.has(one)) ?? 'Allowed';
  return {
    EvalResourceName: resource,
    EvalResourceDecision: decisions[outcome],
    MatchedStatements: [],
    MissingContextValues: missingKeys([...policies.identity, ...(policies.boundary ?? [])], action, context),
    OrganizationsDecisionDetail: { AllowedByOrganizations: organisation === 'Allowed' },
    PermissionsBoundaryDecisionDetail:
      boundary === undefined ? undefined : { AllowedByPermissionsBoundary: boundary === 'Allowed' },
  };
}

function simulateAction(subject: Subject, action: string, resources: string[]) {
  const results = resources.map((resource) => simulateResource(subject, action, resource));
  const worst = ['explicitDeny', 'implicitDeny'].find((decision) =>
    results.some((result) => result.EvalResourceDecision === decision),
  );
  return {
    EvalActionName: action,
    EvalResourceName: resourceTemplates[action.split(':')[0] ?? ''] ?? '*',
    EvalDecision: worst ?? 'allowed',
    MatchedStatements: [],
    MissingContextValues: [...new Set(results.flatMap((result) => result.MissingContextValues))],
    ResourceSpecificResults: results,
  };
}

/** Documents given in place of written ones; they have to be as sound as those. */
function givenPolicies(documents: string[], name: string): NamedPolicy[] {
  return documents.map((document, index) => {
    try {
      checkPermissionPolicy(document);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new ServiceError('InvalidInput', `Invalid Input ${name}: ${why}`);
    }
    return { name: `${name}-${index}`, document };
  });
}

/** The role's policies with those of the request: more identity policies, and a boundary that stands in for its own. */
function simulatedPolicies(
  { identity, boundary }: Subject['policies'],
  request: z.output<typeof input>,
): Subject['policies'] {
  const given = givenPolicies(
    request.PermissionsBoundaryPolicyInputList,
    'PermissionsBoundaryPolicyInputList',
  );
  if (given.length > 1) throw new ServiceError('InvalidInput', 'Only one permissions boundary can be given.');
  const bound = given.length === 1 ? given : boundary;
  return {
    identity: [...identity, ...givenPolicies(request.PolicyInputList, 'PolicyInputList')],
    ...(bound === undefined ? {} : { boundary: bound }),
  };
}

/**
 * Answers by resource, as AWS does now; looks at the organisation's policies, identity policies and boundary, not at trust or
 * resource policies. No condition key is known but those that are given, and the time.
 */
export const simulateOperations: Operations = {
  SimulatePrincipalPolicy: operation(input, (request, call) => {
    const { PolicySourceArn: arn, ContextEntries: entries } = request;
    call.permit({ action: 'iam:SimulatePrincipalPolicy', resource: arn });
    refuseMixed(request.ActionNames);
    const entity = entityByArn(call, arn);
    const now = call.state.now();
    const context = Object.fromEntries(
      entries.map((entry): [string, string | string[]] => [
        entry.ContextKeyName,
        entry.ContextKeyType.endsWith('List') ? entry.ContextKeyValues : (entry.ContextKeyValues[0] ?? ''),
      ]),
    );
    const subject = {
      arn,
      account: call.state.account,
      policies: simulatedPolicies(policiesOfEntity(call.state, entity, now), request),
      organisation: call.state.iam.serviceControlPolicies,
      context: { 'aws:CurrentTime': new Date(now).toISOString(), ...context },
    };
    const { items, next } = pageOf(
      request.ActionNames,
      request.MaxItems,
      request.Marker,
      call.state.settings,
    );
    const results = items.map((action) => simulateAction(subject, action, request.ResourceArns));
    return { EvaluationResults: results, ...truncation(next) };
  }),
};
