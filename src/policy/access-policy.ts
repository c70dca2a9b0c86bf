/** What the workload's role may read, as an IAM policy: its grants and nothing else. */
import type { Grant, Grants, KeyGrant, SecretService } from '../model/grant.ts';
import { labelledOnce } from './equivalence.ts';
import { SESSION_POLICY_MARK } from './session-policy.ts';
import type { ConditionBlock, OneOrMany, PolicyDocument, Statement } from '../model/policy.ts';

/** Name of the one inline policy that this action puts on its role. */
export const ACCESS_POLICY_NAME = 'spaces-workload-identity';

/** What the sessions of one control plane may read, and how the policy knows them. */
export interface OwnReads {
  readonly reads: readonly Grant[];
  readonly condition: ConditionBlock;
}

/** The roles that a session may go on to, by ARN, and what that takes. */
export interface Assumable {
  readonly roles: readonly string[];
  readonly actions: readonly string[];
}

/** What an access policy is made of. */
export interface Readable extends Pick<Grants, 'keys'> {
  /** What every session may read. */
  readonly reads: readonly Grant[];
  /** What every session may read under its own namespace: the resources hold a policy variable. */
  readonly byVariable: readonly Grant[];
  readonly own: readonly OwnReads[];
  readonly assumes: Assumable;
  /** Statements that stay as they are. */
  readonly kept: readonly Statement[];
}

/**
 * Reads of External Secrets (`data`, `extract` and metadata) under the prefixes, and `kms:Decrypt` of the given keys through
 * the two services only; and to go on to the given roles. Not granted: `ssm:GetParametersByPath`, which answers everything below a path whatever else the
 * policy says, and the listing calls, which know no resources.
 */
export function accessPolicy({ reads, byVariable, own, assumes, kept, keys }: Readable): PolicyDocument {
  const byService = Map.groupBy(reads, ({ service }) => service);
  const statements = [...byService].map(([service, grants]) => ({
    Sid: service.statementId,
    ...allow([service], grants),
  }));
  return {
    Version: '2012-10-17',
    Statement: labelledOnce([
      ...statements,
      ...(byVariable.length === 0 ? [] : [allow(servicesOf(byVariable), byVariable)]),
      // Without labels: each control plane has a statement.
      ...own.map((one): Statement => ({
        ...allow(servicesOf(one.reads), one.reads),
        Resource: shortList(one.reads),
        Condition: one.condition,
      })),
      ...kept,
      ...decryptStatement(keys),
      ...assumeStatement(assumes),
    ]),
  };
}

/** The same for one control plane's sessions alone, as short as can be: what is not in the role's policy too is not allowed by it. */
export function sessionPolicy(
  reads: readonly Grant[],
  { keys, assumes }: Pick<Readable, 'keys' | 'assumes'>,
): PolicyDocument {
  // For a control plane whose placeholders are not known yet there is nothing to allow, but a policy needs a statement with a resource.
  const nothing = { Effect: 'Deny', Action: '*', Resource: '*' } as const;
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: SESSION_POLICY_MARK, ...(reads.length === 0 ? nothing : allow(servicesOf(reads), reads)) },
      ...decryptStatement(keys),
      ...assumeStatement(assumes),
    ],
  };
}

/** The actions of one service know no resources of the other: both can share a statement. */
function allow(
  services: readonly SecretService[],
  grants: readonly Grant[],
): Pick<Statement, 'Effect' | 'Action' | 'Resource'> {
  return {
    Effect: 'Allow',
    Action: services.flatMap((service) => service.reads).toSorted(),
    Resource: [...new Set(grants.map(({ resource }) => resource))].toSorted(),
  };
}

/** A single one without its list. */
function shortList(grants: readonly Grant[]): OneOrMany {
  const resources = grants.map(({ resource }) => resource).toSorted();
  return resources.length === 1 ? resources.join() : resources;
}

function servicesOf(grants: readonly Grant[]): readonly SecretService[] {
  return [...new Set(grants.map(({ service }) => service))];
}

function assumeStatement({ roles, actions }: Assumable): readonly Statement[] {
  if (roles.length === 0) return [];
  return [
    {
      Sid: 'GoOnToRoles',
      Effect: 'Allow',
      Action: [...actions].toSorted(),
      Resource: [...roles].toSorted(),
    },
  ];
}

function decryptStatement(keys: readonly KeyGrant[]): readonly Statement[] {
  return keys.slice(0, 1).map(({ via }) => ({
    Sid: 'DecryptThroughTheServices',
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Resource: keys.map(({ keyArn }) => keyArn).toSorted(),
    Condition: { StringEquals: { 'kms:ViaService': via.flatMap(({ hosts }) => hosts) } },
  }));
}
