/** Reads a role with its policies, and the quota of trust policies. */
import {
  GetAccountSummaryCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  type Role as IamRole,
} from '@aws-sdk/client-iam';
import type { PolicyDocument } from '../../model/policy.ts';
import type { Role } from '../../model/world.ts';
import { allItems } from '../client/all-items.ts';
import { fromPairs, given, required } from '../client/api-values.ts';
import { type Call, quote } from '../client/aws-failure.ts';
import { absent, type AwsContext, request } from '../client/request.ts';
import { readPolicyDocument } from './policy-document.ts';

export type BareRole = Omit<Role, 'inlinePolicies' | 'attachedPolicies'>;

/** The role without its policies; undefined when it does not exist. */
export async function readBareRole(aws: AwsContext, name: string): Promise<BareRole | undefined> {
  const call = { tried: `read role ${name}`, action: 'iam:GetRole', on: name };
  const answer = await request(call, () => aws.clients.iam.send(new GetRoleCommand({ RoleName: name })), {
    NoSuchEntity: absent,
  });
  return answer && describeRole(required(answer.Role, 'Role', call), call);
}

/** The role with its inline policies and attached policies; undefined when it does not exist. */
export async function readRole(aws: AwsContext, name: string): Promise<Role | undefined> {
  const role = await readBareRole(aws, name);
  return role && (await readPolicies(aws, role));
}

/** The same role with its inline policies and attached policies. */
export async function readPolicies(aws: AwsContext, role: BareRole): Promise<Role> {
  const [inlinePolicies, attachedPolicies] = await Promise.all([
    readInlinePolicies(aws, role.name),
    listAttachedPolicies(aws, role.name),
  ]);
  return { ...role, inlinePolicies, attachedPolicies };
}

function describeRole(role: IamRole, call: Call): BareRole {
  const boundary = given(role.PermissionsBoundary?.PermissionsBoundaryArn);
  return {
    name: required(role.RoleName, 'RoleName', call),
    arn: required(role.Arn, 'Arn', call),
    path: given(role.Path) ?? '/',
    ...(boundary === undefined ? {} : { permissionsBoundary: boundary }),
    tags: fromPairs(role.Tags),
    ...(role.CreateDate !== undefined && { createdAt: role.CreateDate.getTime() }),
    trustPolicy: readPolicyDocument(
      required(role.AssumeRolePolicyDocument, 'AssumeRolePolicyDocument', call),
      call,
    ),
  };
}

async function readInlinePolicies(
  aws: AwsContext,
  role: string,
): Promise<Readonly<Record<string, PolicyDocument>>> {
  const names = await listInlinePolicies(aws, role);
  const read = await Promise.all(
    names.map((name) => aws.limit(async () => [name, await readInlinePolicy(aws, role, name)] as const)),
  );
  return Object.fromEntries(
    read.flatMap(([name, document]) => (document === undefined ? [] : [[name, document]])),
  );
}

/** Undefined when the role has none of this name. */
export async function readInlinePolicy(
  aws: AwsContext,
  role: string,
  name: string,
): Promise<PolicyDocument | undefined> {
  const call = { tried: `read inline policy ${name} of role ${role}`, action: 'iam:GetRolePolicy', on: role };
  const command = new GetRolePolicyCommand({ RoleName: role, PolicyName: name });
  const answer = await request(call, () => aws.clients.iam.send(command), { NoSuchEntity: absent });
  if (answer === undefined) return undefined;
  return readPolicyDocument(required(answer.PolicyDocument, 'PolicyDocument', call), call);
}

/** Names of the inline policies of a role; empty when the role is gone. */
export async function listInlinePolicies(aws: AwsContext, role: string): Promise<readonly string[]> {
  const call = {
    tried: `list the inline policies of role ${role}`,
    action: 'iam:ListRolePolicies',
    on: role,
  };
  const pages = paginateListRolePolicies({ client: aws.clients.iam }, { RoleName: role });
  return await allItems(call, pages, (page) => page.PolicyNames, { NoSuchEntity: () => [] });
}

/** ARNs of the managed policies attached to a role; empty when the role is gone. */
export async function listAttachedPolicies(aws: AwsContext, role: string): Promise<readonly string[]> {
  const call = {
    tried: `list the policies attached to role ${role}`,
    action: 'iam:ListAttachedRolePolicies',
    on: role,
  };
  const pages = paginateListAttachedRolePolicies({ client: aws.clients.iam }, { RoleName: role });
  const attached = await allItems(call, pages, (page) => page.AttachedPolicies, { NoSuchEntity: () => [] });
  return attached.flatMap(({ PolicyArn }) => (PolicyArn === undefined ? [] : [PolicyArn]));
}

/** The account's quota for trust policies, in characters; undefined when the job can't read it. */
export async function readTrustPolicyQuota(aws: AwsContext): Promise<number | undefined> {
  try {
    const answer = await aws.clients.iam.send(new GetAccountSummaryCommand({}));
    const quota = answer.SummaryMap?.['AssumeRolePolicySizeQuota'] ?? 0;
    return quota > 0 ? quota : undefined;
  } catch (error) {
    aws.log.info(
      `the account's quota of trust policies is not known, AWS's default is taken: ${quote(error)}`,
    );
    return undefined;
  }
}
